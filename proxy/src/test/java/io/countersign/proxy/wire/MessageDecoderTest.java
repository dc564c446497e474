package io.countersign.proxy.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoders by themselves: cuts at every place, faults and exceptions at every place, pauses, and whose turn it is. */
class MessageDecoderTest {
    private static final Limits LIMITS = new Limits(256, 1024, 10, 1 << 20);
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";

    private static final List<String> REQUESTS = List.of(
            "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
            "\r\n\r\nGET /a HTTP/1.0\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
            "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;a=\"b;\\\"c\" ; d\r\nhel\r\n2\r\nlo\r\n0\r\nT: v\r\n\r\n",
            "PUT /%20?\u00e9 HTTP/1.1\r\nX:\tb \t\r\nY:\r\n\r\n");

    private static final List<String> RESPONSES = List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 None\r\nContent-Length: 9\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nhello");

    static List<String> requests() {
        return REQUESTS;
    }

    static List<String> responses() {
        return RESPONSES;
    }

    @ParameterizedTest
    @MethodSource("requests")
    void readsARequestAlikeWhereverItIsCut(String request) {
        assertAlikeWhereverCut(() -> new RequestDecoder(LIMITS), request);
    }

    @ParameterizedTest
    @MethodSource("responses")
    void readsAResponseAlikeWhereverItIsCut(String response) {
        assertAlikeWhereverCut(() -> new ResponseDecoder(LIMITS), response);
    }

    /** A tab, any control, anything above ASCII, in each part of the start line: one answer, and not what stands behind it. */
    @Test
    void readsNothingBehindAStartLineThatItRefuses() {
        for (int octet = 0; octet < 256; octet++) {
            for (String line : List.of("GE?T /a HTTP/1.1", "GET /a?b HTTP/1.1", "GET /a HTTP/?1.1", "? /a HTTP/1.1")) {
                String smuggling = line.replace("?", "" + (char) octet) + "\r\nContent-Length: " + NEXT.length()
                        + "\r\n\r\n" + NEXT;
                assertNothingReadBehind(new RequestDecoder(LIMITS), smuggling, octet);
            }
            for (String line : List.of("HTTP/1.1? 200 OK", "HTTP/1.1 2?0 OK", "H?TTP/1.1 200 OK")) {
                String smuggling = line.replace("?", "" + (char) octet) + "\r\nContent-Length: 40\r\n\r\n"
                        + "HTTP/1.1 201 OK\r\nContent-Length: 000\r\n\r\n";
                assertNothingReadBehind(new ResponseDecoder(LIMITS), smuggling, octet);
            }
        }
    }

    private static void assertNothingReadBehind(MessageDecoder decoder, String bytes, int octet) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        feed(channel, bytes);
        List<HttpObject> read = drain(channel);
        assertEquals(1, read.stream().filter(HttpMessage.class::isInstance).count(), "heads with byte " + octet);
        if (read.get(0).decoderResult().cause() instanceof DecodeFault fault) {
            assertFalse(fault.kind() == DecodeFault.Kind.INTERNAL, "not a fault of our own with byte " + octet);
        } else {
            assertTrue(read.get(0).decoderResult().isSuccess(), "byte " + octet);
        }
        read.forEach(MessageDecoderTest::release);
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"line", "message", "framing", "error"})
    void readsNothingBehindAnExceptionOfItsOwn(String where) {
        EmbeddedChannel channel = new EmbeddedChannel(new Failing(where));
        feed(channel, "GET /a HTTP/1.1\r\nHost: h\r\n\r\n" + NEXT);
        feed(channel, NEXT);
        List<HttpObject> read = drain(channel);
        assertEquals(1, read.size(), read::toString);
        DecodeFault fault = (DecodeFault) read.get(0).decoderResult().cause();
        assertEquals(DecodeFault.Kind.INTERNAL, fault.kind());
        assertFalse(fault.getMessage().contains("QUERYSECRET"), fault::getMessage);
        channel.finishAndReleaseAll();
    }

    /** Below the decoding as well: a buffer that cannot be had, say. */
    @Test
    void readsNothingBehindAnExceptionOutsideADecoding() {
        EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(LIMITS), new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
        });
        ByteBuf gone = Unpooled.buffer();
        gone.release();
        feed(channel, "GET /a HT");
        channel.writeInbound(gone);
        feed(channel, "TP/1.1\r\n\r\n" + NEXT);
        assertEquals(List.of(), drain(channel));
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /p\r\n",
                "SSH-2.0-x\r\n",
                "GET  /p HTTP/1.1\r\n",
                "GET /\t HTTP/1.1\r\n",
                "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"
            })
    void refusesALineAsSoonAsItIsWhole(String line) {
        assertEquals(DecodeFault.Kind.MALFORMED, fault(new RequestDecoder(LIMITS), line));
    }

    @Test
    void refusesAForeignVersionAsSoonAsItsLineIsWhole() {
        assertEquals(DecodeFault.Kind.VERSION, fault(new RequestDecoder(LIMITS), "PRI * HTTP/2.0\r\n"));
    }

    @Test
    void refusesOneFieldTooManyBeforeTheHeadIsWhole() {
        String ten = "GET / HTTP/1.1\r\n" + "a:\r\n".repeat(10);
        EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(LIMITS));
        feed(channel, ten + "\r\n");
        assertTrue(drain(channel).get(0).decoderResult().isSuccess());
        channel.finishAndReleaseAll();
        assertEquals(DecodeFault.Kind.TOO_MANY_FIELDS, fault(new RequestDecoder(LIMITS), ten + "a:\r\n"));
        assertEquals(
                DecodeFault.Kind.TOO_MANY_FIELDS,
                fault(new ResponseDecoder(LIMITS), "HTTP/1.1 200 OK\r\n" + "a:\r\n".repeat(11)));
    }

    @Test
    void refusesOneTrailerTooMany() {
        String chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
        assertEquals(List.of(), faults(chunked + "a:\r\n".repeat(10) + "\r\n"));
        assertEquals(List.of(DecodeFault.Kind.MALFORMED), faults(chunked + "a:\r\n".repeat(11) + "\r\n"));
    }

    @Test
    void boundsExtensionsByTheDataThatTheyComeWith() {
        String head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunk = "1;a=" + "b".repeat(2000) + "\r\nx\r\n";
        assertEquals(List.of(), faults(head + chunk.repeat(8) + "0\r\n\r\n"));
        assertEquals(List.of(DecodeFault.Kind.MALFORMED), faults(head + chunk.repeat(9) + "0\r\n\r\n"));
        String large = "4000;a=" + "b".repeat(2000) + "\r\n" + "x".repeat(0x4000) + "\r\n";
        assertEquals(List.of(), faults(head + large.repeat(50) + "0\r\n\r\n"));
        assertEquals(List.of(), faults(head + "1\r\nx\r\n".repeat(50_000) + "0\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {";a", ";a=b", "; a = b ", ";a=\"b\"", ";a=\"\\\"\";c", ";a=\"\"", ";a=\"\u00e9;=\""})
    void takesAnExtension(String extension) {
        assertEquals(List.of(), faults(chunkWith(extension)), extension);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                ";;",
                ";=b",
                ";a=",
                ";a=;b",
                ";a;",
                " ",
                "x",
                ";a b",
                ";a=b c",
                ";a=\"b",
                ";a=\"b\\\"",
                ";a=\"b\"c",
                ";\u00e9",
                ";a=\u00e9"
            })
    void refusesWhatIsNoExtension(String extension) {
        assertEquals(List.of(DecodeFault.Kind.MALFORMED), faults(chunkWith(extension)), extension);
    }

    @Test
    void refusesTransferEncodingInAnOldMessage() {
        assertEquals(
                List.of(DecodeFault.Kind.MALFORMED),
                faults("POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        assertEquals(
                DecodeFault.Kind.MALFORMED,
                fault(
                        new ResponseDecoder(LIMITS),
                        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\r", "\n", " ", "\0"})
    void refusesWhatStandsBeforeAStatusLine(String stray) {
        assertEquals(DecodeFault.Kind.MALFORMED, fault(new ResponseDecoder(LIMITS), stray));
    }

    @Test
    void leavesTheNextHeadAloneUntilItsTurn() {
        RequestDecoder decoder = new RequestDecoder(LIMITS);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        // Not even looked at: what would be refused is held like anything else.
        feed(channel, NEXT + "GET /\t HTTP/1.1\r\n" + "a:\r\n".repeat(2000));
        assertEquals(2, drain(channel).size());
        assertTrue(decoder.isHolding());
        assertFalse(channel.config().isAutoRead(), "no more is read than has come");

        decoder.next();
        channel.config().setAutoRead(true);
        decoder.resume();
        assertTrue(drain(channel).get(0).decoderResult().isFailure());
        channel.finishAndReleaseAll();
    }

    @Test
    void holdsOverTheEndOfTheInput() {
        RequestDecoder decoder = new RequestDecoder(LIMITS);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        feed(channel, NEXT + NEXT);
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertEquals(2, drain(channel).size());
        decoder.next();
        channel.config().setAutoRead(true);
        decoder.resume();
        assertEquals(2, drain(channel).size());
        channel.finishAndReleaseAll();
    }

    /** Bytes that come although reading was just turned off are kept, and no more are asked for. */
    @Test
    void asksForNothingWhileItIsPaused() {
        int[] reads = {0};
        RequestDecoder decoder = new RequestDecoder(LIMITS);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline()
                .addLast(
                        new ChannelOutboundHandlerAdapter() {
                            @Override
                            public void read(ChannelHandlerContext ctx) {
                                reads[0]++;
                            }
                        },
                        decoder);
        channel.config().setAutoRead(false);
        for (int i = 0; i < 10; i++) {
            feed(channel, "POST / HTTP/1.1\r\n");
        }
        assertEquals(0, reads[0]);
        assertEquals(List.of(), drain(channel));
        channel.finishAndReleaseAll();
    }

    /** Whoever takes a piece may pause and resume at once, within the decoding. */
    @Test
    void goesOnAfterAResumeFromWithin() {
        for (int at = 0; at < 6; at++) {
            int resumeAt = at;
            RequestDecoder decoder = new RequestDecoder(LIMITS);
            List<String> read = new ArrayList<>();
            EmbeddedChannel channel = new EmbeddedChannel(decoder, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    if (message instanceof HttpContent content) {
                        read.add(content.content().toString(ISO_8859_1));
                        content.release();
                    }
                    if (message instanceof LastHttpContent) {
                        decoder.next();
                    }
                    if (read.size() == resumeAt) {
                        ctx.channel().config().setAutoRead(false);
                        ctx.channel().config().setAutoRead(true);
                        decoder.resume();
                    }
                }
            });
            String chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n";
            feed(channel, chunked + chunked);
            assertEquals(List.of("a", "b", "", "a", "b", ""), read, "resumed at " + at);
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void pausesBetweenAnyTwoPieces() {
        RequestDecoder decoder = new RequestDecoder(LIMITS);
        StringBuilder read = new StringBuilder();
        EmbeddedChannel channel = new EmbeddedChannel(decoder, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                assertTrue(
                        message instanceof LastHttpContent
                                || ctx.channel().config().isAutoRead(),
                        "not while paused");
                read.append(message instanceof HttpRequest ? "H" : message instanceof LastHttpContent ? "L" : "P");
                if (message instanceof HttpContent content) {
                    content.release();
                }
                if (message instanceof LastHttpContent) {
                    decoder.next();
                }
                ctx.channel().config().setAutoRead(false);
            }
        });
        String post = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n";
        feed(channel, post + NEXT + post);
        for (int i = 0; i < 20; i++) {
            channel.config().setAutoRead(true);
            decoder.resume();
        }
        assertEquals("HPPLHLHPPL", read.toString());
        channel.finishAndReleaseAll();
    }

    private static String chunkWith(String extension) {
        return "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1" + extension + "\r\na\r\n0\r\n\r\n";
    }

    private static List<DecodeFault.Kind> faults(String request) {
        EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(LIMITS));
        feed(channel, request);
        List<DecodeFault.Kind> kinds = new ArrayList<>();
        for (HttpObject object : drain(channel)) {
            if (object.decoderResult().cause() instanceof DecodeFault fault) {
                kinds.add(fault.kind());
            }
            release(object);
        }
        channel.finishAndReleaseAll();
        return kinds;
    }

    private static DecodeFault.Kind fault(MessageDecoder decoder, String bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        feed(channel, bytes);
        List<HttpObject> read = drain(channel);
        assertEquals(1, read.size(), bytes);
        channel.finishAndReleaseAll();
        return ((DecodeFault) read.get(0).decoderResult().cause()).kind();
    }

    private static void assertAlikeWhereverCut(Supplier<MessageDecoder> decoders, String bytes) {
        String whole = read(decoders.get(), bytes);
        assertTrue(whole.contains("hello") || !bytes.contains("hel"), whole);
        for (int first = 0; first <= bytes.length(); first++) {
            for (int second = first; second <= bytes.length(); second++) {
                String cut = read(
                        decoders.get(),
                        bytes.substring(0, first),
                        bytes.substring(first, second),
                        bytes.substring(second));
                assertEquals(whole, cut, "cut at " + first + " and " + second);
            }
        }
    }

    /** What came of it, in words; pieces of a body put together. */
    private static String read(MessageDecoder decoder, String... parts) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        for (String part : parts) {
            feed(channel, part);
        }
        assertEquals(0, decoder.leftOver());
        channel.close();
        StringBuilder words = new StringBuilder();
        for (HttpObject object : drain(channel)) {
            assertTrue(object.decoderResult().isSuccess(), () -> object + " of " + String.join("", parts));
            if (object instanceof HttpMessage message) {
                words.append(startLine(message)).append(message.headers().entries());
            } else if (object instanceof HttpContent content) {
                words.append(content.content().toString(ISO_8859_1));
            }
            words.append(object instanceof LastHttpContent ? "|" : "");
            release(object);
        }
        channel.finishAndReleaseAll();
        return words.toString();
    }

    private static String startLine(HttpMessage message) {
        return message instanceof HttpRequest request
                ? request.method() + " " + request.uri() + " " + request.protocolVersion()
                : ((HttpResponse) message).status().code() + " " + message.protocolVersion();
    }

    private static void feed(EmbeddedChannel channel, String latin1) {
        channel.writeInbound(Unpooled.copiedBuffer(latin1, ISO_8859_1));
    }

    private static List<HttpObject> drain(EmbeddedChannel channel) {
        List<HttpObject> all = new ArrayList<>();
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            all.add((HttpObject) next);
        }
        return all;
    }

    private static void release(HttpObject object) {
        if (object instanceof HttpContent content) {
            content.release();
        }
    }

    /** A decoder with a bug. */
    private static final class Failing extends MessageDecoder {
        private final String where;

        Failing(String where) {
            super(LIMITS);
            this.where = where;
        }

        private void at(String place) {
            if (where.equals(place)) {
                throw new IllegalArgumentException("the URI contains QUERYSECRET");
            }
        }

        @Override
        int maxEmptyLines() {
            return 0;
        }

        @Override
        void startLine(String line) {
            at("line");
            if (where.equals("error")) {
                throw new StackOverflowError();
            }
        }

        @Override
        HttpMessage message(HttpHeaders fields) {
            at("message");
            return unreadable();
        }

        @Override
        HttpMessage unreadable() {
            return new RequestDecoder(LIMITS).unreadable();
        }

        @Override
        Framing framing(HttpMessage message) {
            at("framing");
            return new Framing.Length(0);
        }
    }
}
