package io.countersign.proxy.upstream.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.body.StreamedBody;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.Transport;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.proxy.upstream.UpstreamConfig;
import io.countersign.proxy.upstream.UpstreamConnection;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.UpstreamStream;
import io.countersign.proxy.upstream.Upstreams;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One exchange after the other on one connection, without a socket. */
class Http1StreamTest {
    private final List<String> events = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private Http1Connection connection;

    private final UpstreamConnection.Owner owner = new UpstreamConnection.Owner() {
        @Override
        public void keptFor(Duration time) {
            events.add("kept for " + time.toSeconds() + " s");
        }

        @Override
        public void streamEnded() {
            events.add("free");
        }
    };

    private final class Listening implements ResponseListener {
        private Runnable onHead = () -> {};

        @Override
        public void head(HttpResponse head) {
            events.add("head " + head.status().code());
            onHead.run();
        }

        @Override
        public void content(ByteBuf piece) {
            events.add(piece.toString(ISO_8859_1));
            piece.release();
        }

        @Override
        public void pause() {
            events.add("pause");
        }

        @Override
        public void complete() {
            events.add("complete");
        }

        @Override
        public void failed(UpstreamFault fault) {
            events.add(fault.kind().name());
        }
    }

    private final Listening listener = new Listening();

    @BeforeEach
    void connect() throws Exception {
        connect(false);
    }

    private void connect(boolean tls) throws Exception {
        connection = new Http1Connection(upstream(tls));
        connection.addTo(channel.pipeline());
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void sendsHeadAndSmallBodyInOneBuffer() {
        open().send(request("POST", collected("hello")), listener);
        ByteBuf written = channel.readOutbound();
        assertEquals("POST /w HTTP/1.1\r\nHost: api\r\n\r\nhello", written.toString(ISO_8859_1));
        written.release();
        assertTrue(channel.outboundMessages().isEmpty());
    }

    @Test
    void framesABodyWhoseLengthNobodyKnows() {
        StreamedBody body = StreamedBody.unchecked(-1, "UNSIGNED-PAYLOAD", new Ignoring());
        open().send(request("POST", body), listener);
        assertEquals("POST /w HTTP/1.1\r\nHost: api\r\n\r\n", written());
        add(body, "hello");
        assertEquals("5\r\nhello\r\n", written());
        add(body, "x".repeat(16));
        assertEquals("10\r\n" + "x".repeat(16) + "\r\n", written());
        assertTrue(end(body, ""));
        assertEquals("0\r\n\r\n", written());
    }

    @Test
    void sendsTheLastChunkAfterTheLastPiece() {
        StreamedBody body = StreamedBody.unchecked(-1, "UNSIGNED-PAYLOAD", new Ignoring());
        open().send(request("POST", body), listener);
        written();
        assertTrue(end(body, "all"));
        assertEquals("3\r\nall\r\n0\r\n\r\n", written());
    }

    @Test
    void freesAConnectionOnceTheWholeReadIsDecoded() {
        open().send(request("GET", collected("")), listener);
        read("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok");
        assertEquals(List.of("kept for 5 s", "head 200", "ok", "free", "complete"), events);
        assertTrue(connection.isClean());
    }

    @Test
    void servesOneExchangeAfterTheOther() {
        for (int i = 0; i < 2; i++) {
            events.clear();
            UpstreamStream stream = open();
            stream.send(request("GET", collected("")), listener);
            read("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
            assertEquals(List.of("head 204", "free", "complete"), events);
            assertThrows(IllegalStateException.class, () -> stream.send(request("GET", collected("")), listener));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            })
    void closesAConnectionThatCannotServeAnother(String response) {
        open().send(request("GET", collected("")), listener);
        read(response);
        assertEquals(List.of("head 200", "complete"), events);
        assertFalse(channel.isOpen());
    }

    @Test
    void cutsAConnectionWithinWhoseRequestAnErrorCame() {
        StreamedBody body = StreamedBody.unchecked(100, "UNSIGNED-PAYLOAD", new Ignoring());
        open().send(request("PUT", body), listener);
        add(body, "part");
        read("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
        written();
        add(body, "more");
        assertEquals("", written(), "what it has refused");
        assertEquals(List.of("head 413", "complete"), events);
        assertFalse(channel.isOpen());
        body.release();
    }

    @Test
    void anIdleConnectionThatSpeaksIsOfNoUse() {
        open().giveBack();
        assertEquals(List.of("free"), events);
        read("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
        assertFalse(connection.isClean());
        assertFalse(channel.isOpen());
        assertEquals(List.of("free"), events);
    }

    @Test
    void anAbandonedStreamHearsNothingAndFreesNothing() {
        UpstreamStream stream = open();
        stream.send(request("GET", collected("")), listener);
        listener.onHead = stream::abandon;
        read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        stream.abandon();
        stream.pause();
        assertEquals(List.of("head 200"), events);
        assertFalse(channel.isOpen());
        assertTrue(channel.config().isAutoRead(), "a stream that is over has no say any more");
    }

    @Test
    void readsOnAfterAStreamThatWasPaused() {
        UpstreamStream stream = open();
        stream.send(request("GET", collected("")), listener);
        read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
        stream.pause();
        assertFalse(channel.config().isAutoRead());
        read("k");
        assertTrue(channel.config().isAutoRead());
        assertEquals(List.of("head 200", "o", "pause", "k", "free", "complete"), events);
    }

    @Test
    void aConnectionThatClosesTooEarlyIsAFault() {
        open().send(request("GET", collected("")), listener);
        channel.close();
        assertEquals(List.of("CONNECTION_TERMINATED"), events);
    }

    @Test
    void aResponseThatEndsTooEarlyIsAFault() {
        open().send(request("GET", collected("")), listener);
        read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok");
        channel.close();
        assertEquals(List.of("head 200", "ok", "pause", "RESPONSE_INCOMPLETE"), events);
    }

    /** RFC 9112 section 9.8: without close_notify the end may be a cut. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void overTlsAnEndCountsOnceItIsNotified(boolean notified) throws Exception {
        channel.pipeline().removeFirst();
        channel.pipeline().removeFirst();
        connect(true);
        open().send(request("GET", collected("")), listener);
        read("HTTP/1.1 200 OK\r\n\r\nok");
        if (notified) {
            channel.pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
        }
        channel.close();
        assertEquals(List.of("head 200", "ok", "pause", notified ? "complete" : "RESPONSE_INCOMPLETE"), events);
    }

    @Test
    void refusesAnUnaskedSwitchOfProtocols() {
        open().send(request("GET", collected("")), listener);
        read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
        assertEquals(List.of("HTTP_PROTOCOL"), events);
        assertFalse(channel.isOpen());
    }

    private UpstreamStream open() {
        assertTrue(connection.isClean());
        return connection.open(owner);
    }

    private void read(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
    }

    private String written() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            all.append(piece.toString(ISO_8859_1));
            piece.release();
        }
        return all.toString();
    }

    private static UpstreamRequest request(String method, RequestBody body) {
        return new UpstreamRequest(method, "/w", List.of(new Header("Host", "api")), body);
    }

    private static RequestBody collected(String content) {
        BodyCollector collector =
                new BodyCollector(UnpooledByteBufAllocator.DEFAULT, new PayloadHash(), true, content.length());
        ByteBuf piece = Unpooled.copiedBuffer(content, ISO_8859_1);
        collector.add(piece);
        piece.release();
        return collector.finish("UNSIGNED-PAYLOAD");
    }

    private static void add(StreamedBody body, String bytes) {
        ByteBuf piece = Unpooled.copiedBuffer(bytes, ISO_8859_1);
        body.add(piece);
        piece.release();
    }

    private static boolean end(StreamedBody body, String bytes) {
        ByteBuf piece = Unpooled.copiedBuffer(bytes, ISO_8859_1);
        try {
            return body.end(piece);
        } finally {
            piece.release();
        }
    }

    private static Upstream upstream(boolean tls) throws Exception {
        return new Upstreams()
                .prepare(new UpstreamConfig(
                        tls ? Transport.tls(Optional.empty()) : Transport.http(),
                        new HostPort("api.localhost", 1),
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private static final class Ignoring implements StreamedBody.Feed {
        @Override
        public void wanted() {}

        @Override
        public void moved() {}

        @Override
        public void sent() {}
    }
}
