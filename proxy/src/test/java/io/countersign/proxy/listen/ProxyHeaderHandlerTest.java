package io.countersign.proxy.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.testing.OutputWatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** PROXY headers in the pipeline that reads them, up to the bytes that follow. */
@ExtendWith(OutputWatch.class)
class ProxyHeaderHandlerTest {
    private static final Caller PEER =
            Caller.ofSocket(IpAddress.parse("10.9.9.9").toInetAddress());
    private static final byte[] REQUEST = "POST / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1);
    private static final byte[] NOTHING = {};
    private static final String ENDPOINT = "vpce-08d2bf15fac5001c9";

    private final MockTicker ticker = Ticker.newMockTicker();
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final ConnectionLimit waiting = new ConnectionLimit(() -> 1, ConnectionLimit.Giving.UNUSED);
    private final List<HeaderFault> faults = new ArrayList<>();
    private final ByteBuf passed = Unpooled.buffer();
    private Caller caller;
    private boolean active;
    private boolean turnsAway;

    private final Arrival.Gate gate = new Arrival.Gate() {
        @Override
        public Optional<Arrival> announced(Channel channel, Arrival.Announcing arrival, Caller named) {
            caller = named;
            return turnsAway
                    ? Optional.empty()
                    : Optional.of(new Arrival.Denied(
                            named, arrival.seat(), new Verdict.Denied(new Rule("deny.list:1", "a test"))));
        }

        @Override
        public void refused(Channel channel, HeaderFault fault) {
            faults.add(fault);
        }
    };

    /** In the place of all that serves a connection. */
    private final class Server extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            active = true;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            passed.writeBytes(bytes);
            bytes.release();
        }
    }

    private EmbeddedChannel open() {
        EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
        channels.add(channel);
        Seat seat = waiting.admit(channel, PEER.address()).orElseThrow();
        channel.pipeline()
                .addLast(
                        new ProxyHeaderBounds(),
                        new HAProxyMessageDecoder(ProxyHeaderBounds.MAX_VALUES),
                        new ProxyHeaderHandler(new Arrival.Announcing(PEER, seat, gate), arrival -> {
                            channel.pipeline().remove(ProxyHeaderBounds.class);
                            channel.pipeline()
                                    .addLast(
                                            new SecondProxyHeader(
                                                    found -> gate.refused(found, HeaderFault.PROXY_HEADER_TWICE)),
                                            new Server());
                        }));
        return channel;
    }

    @AfterEach
    void close() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        passed.release();
    }

    private void send(EmbeddedChannel channel, byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        channel.checkException();
    }

    private String passed() {
        return passed.toString(ISO_8859_1);
    }

    static Stream<Arguments> headers() {
        byte[] unixAddresses = new byte[216];
        unixAddresses[0] = '/';
        return Stream.of(
                Arguments.of(ProxyHeaders.line("TCP4 10.1.2.3 10.0.0.1 1000 443"), "10.1.2.3", ""),
                Arguments.of(ProxyHeaders.line("TCP6 2001:db8::7 2001:db8::1 1 65535"), "2001:db8::7", ""),
                Arguments.of(ProxyHeaders.line("TCP6 ::ffff:10.1.2.3 ::1 1000 443"), "10.1.2.3", ""),
                Arguments.of(ProxyHeaders.line("UNKNOWN"), "", ""),
                Arguments.of(ProxyHeaders.line("UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535"), "", ""),
                // The loopback of another machine, which is the peer's.
                Arguments.of(ProxyHeaders.line("TCP4 127.0.0.1 10.0.0.1 1000 443"), "", ""),
                Arguments.of(ProxyHeaders.of("::1"), "", ""),
                Arguments.of(ProxyHeaders.of("10.1.2.3"), "10.1.2.3", ""),
                Arguments.of(ProxyHeaders.of("2001:db8::7"), "2001:db8::7", ""),
                Arguments.of(
                        ProxyHeaders.of(
                                "10.1.2.3",
                                ProxyHeaders.value(3, new byte[] {1, 2, 3, 4}),
                                ProxyHeaders.vpcEndpoint(ENDPOINT),
                                ProxyHeaders.value(4, new byte[40])),
                        "10.1.2.3",
                        ENDPOINT),
                Arguments.of(
                        ProxyHeaders.of("10.1.2.3", ProxyHeaders.tls(ProxyHeaders.vpcEndpoint("vpce-inner"))),
                        "10.1.2.3",
                        ""),
                Arguments.of(
                        ProxyHeaders.of(
                                "10.1.2.3",
                                ProxyHeaders.tls(ProxyHeaders.value(0x21, "TLSv1.3".getBytes(ISO_8859_1))),
                                ProxyHeaders.vpcEndpoint(ENDPOINT)),
                        "10.1.2.3",
                        ENDPOINT),
                // Another subtype of the same vendor's.
                Arguments.of(
                        ProxyHeaders.of("10.1.2.3", ProxyHeaders.value(0xea, new byte[] {2, 'x'})), "10.1.2.3", ""),
                Arguments.of(ProxyHeaders.of("10.1.2.3", ProxyHeaders.value(0xea, NOTHING)), "10.1.2.3", ""),
                Arguments.of(
                        ProxyHeaders.of("10.1.2.3", ProxyHeaders.value(4, new byte[ProxyHeaderBounds.MAX_VALUES - 3])),
                        "10.1.2.3",
                        ""),
                Arguments.of(ProxyHeaders.binary(ProxyHeaders.LOCAL, ProxyHeaders.UNSPECIFIED, NOTHING), "", ""),
                // A health check that names addresses all the same.
                Arguments.of(ProxyHeaders.binary(ProxyHeaders.LOCAL, ProxyHeaders.TCP4, new byte[12]), "", ""),
                Arguments.of(ProxyHeaders.binary(ProxyHeaders.PROXY, ProxyHeaders.UNSPECIFIED, NOTHING), "", ""),
                Arguments.of(ProxyHeaders.binary(ProxyHeaders.PROXY, ProxyHeaders.UNIX, unixAddresses), "", ""));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void nameTheCallerHoweverTheyAreSplit(byte[] header, String source, String endpoint) {
        byte[] all = ProxyHeaders.join(header, REQUEST);
        for (int split = 0; split <= all.length; split++) {
            caller = null;
            active = false;
            passed.clear();
            EmbeddedChannel channel = open();
            send(channel, Arrays.copyOfRange(all, 0, split));
            assertEquals(split >= header.length, caller != null, "named after " + split + " bytes");
            send(channel, Arrays.copyOfRange(all, split, all.length));
            expect(channel, source, endpoint);
        }
        caller = null;
        passed.clear();
        EmbeddedChannel channel = open();
        for (byte one : all) {
            send(channel, new byte[] {one});
        }
        expect(channel, source, endpoint);
    }

    private void expect(EmbeddedChannel channel, String source, String endpoint) {
        assertEquals(
                source.isEmpty()
                        ? PEER
                        : PEER.announced(
                                IpAddress.parse(source).toInetAddress(),
                                Optional.of(endpoint).filter(id -> !id.isEmpty())),
                caller);
        assertEquals(new String(REQUEST, ISO_8859_1), passed());
        assertTrue(active, "the handlers that came late hear that the channel is active");
        assertTrue(channel.isOpen());
        assertEquals(
                1,
                channel.pipeline().names().stream()
                        .filter(name -> name.contains("Server"))
                        .count());
        assertNull(channel.pipeline().get(HAProxyMessageDecoder.class));
        assertNull(channel.pipeline().get(SecondProxyHeader.class));
        assertEquals(List.of(), faults);
        ticker.advance(1, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
        assertTrue(channel.isOpen(), "no time limit after the header");
        channel.close();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                        "G",
                        "PROXX",
                        "proxy TCP4 10.1.2.3 10.0.0.1 1000 443\r\n",
                        " PROXY TCP4 10.1.2.3 10.0.0.1 1000 443\r\n",
                        "PROXY\r\n",
                        "PROXY \r\n12345",
                        "PROXY TCP4  \r\n",
                        "PROXY TCP4 10.1.2.3 10.0.0.1 1000\r\n",
                        "PROXY TCP4 10.1.2.3 10.0.0.1 1000 443 more\r\n",
                        "PROXY TCP4 10.1.2.3 10.0.0.1 1000 65536\r\n",
                        "PROXY TCP4 10.1.2.3 10.0.0.1 -1 443\r\n",
                        "PROXY TCP4 010.1.2.3 10.0.0.1 1000 443\r\n",
                        "PROXY TCP4 10.1.2 10.0.0.1 1000 443\r\n",
                        "PROXY TCP4 2001:db8::7 2001:db8::1 1000 443\r\n",
                        "PROXY TCP6 10.1.2.3 10.0.0.1 1000 443\r\n",
                        "PROXY TCP6 fe80::1%eth0 fe80::2 1000 443\r\n",
                        "PROXY TCP6 [2001:db8::7] [2001:db8::1] 1000 443\r\n",
                        "PROXY TCP4 localhost 10.0.0.1 1000 443\r\n",
                        "PROXY UDP4 10.1.2.3 10.0.0.1 1000 443\r\n",
                        "PROXY UNKNOWN\n\r\n",
                        "PROXY TCP4 10.1.2.3 10.0.0.1 1000 443\nGET / HTTP/1.1\r\n",
                        "PROXY " + "a".repeat(110),
                        "\r\nGET / HTTP/1.1\r\n\r\n",
                        "\r\n\r\n\0\r\nQUIT\r",
                        "\u0016\u0003\u0001")
                .map(text -> text.getBytes(ISO_8859_1))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void closeOverWhatIsNone(byte[] bytes) {
        closesOver(HeaderFault.PROXY_HEADER_MALFORMED, bytes);
    }

    static Stream<Arguments> malformedBinaries() {
        byte[] deep = NOTHING;
        for (int i = 0; i < 150; i++) {
            deep = ProxyHeaders.tls(deep);
        }
        byte[] good = ProxyHeaders.of("10.1.2.3");
        byte[] wrongVersion = good.clone();
        wrongVersion[12] = 0x11;
        byte[] wrongCommand = good.clone();
        wrongCommand[12] = 0x22;
        byte[] tooLong = ProxyHeaders.join(ProxyHeaders.signature(), new byte[] {
            0x21,
            0x11,
            (byte) ((216 + ProxyHeaderBounds.MAX_VALUES + 1) >> 8),
            (byte) (216 + ProxyHeaderBounds.MAX_VALUES + 1)
        });
        byte[] longest = ProxyHeaders.join(ProxyHeaders.signature(), new byte[] {0x21, 0x11, (byte) 0xff, (byte) 0xff});
        return Stream.of(
                        wrongVersion,
                        wrongCommand,
                        tooLong,
                        longest,
                        ProxyHeaders.binary(ProxyHeaders.PROXY, 0x13, new byte[12]),
                        ProxyHeaders.binary(ProxyHeaders.PROXY, 0x41, new byte[36]),
                        ProxyHeaders.binary(ProxyHeaders.PROXY, 0x10, new byte[12]),
                        ProxyHeaders.binary(ProxyHeaders.PROXY, ProxyHeaders.UDP4, new byte[12]),
                        ProxyHeaders.binary(ProxyHeaders.PROXY, ProxyHeaders.TCP4, new byte[11]),
                        ProxyHeaders.binary(ProxyHeaders.PROXY, ProxyHeaders.TCP6, new byte[35]),
                        ProxyHeaders.binary(ProxyHeaders.PROXY, ProxyHeaders.UNIX, new byte[215]),
                        ProxyHeaders.of("10.1.2.3", new byte[] {4, 0, 9, 1}),
                        ProxyHeaders.of("10.1.2.3", new byte[] {0x20, 0, 2, 0, 0}),
                        ProxyHeaders.of("10.1.2.3", deep),
                        ProxyHeaders.of("10.1.2.3", ProxyHeaders.vpcEndpoint("")),
                        ProxyHeaders.of("10.1.2.3", ProxyHeaders.vpcEndpoint("vpce-1\"}")),
                        ProxyHeaders.of("10.1.2.3", ProxyHeaders.vpcEndpoint("v".repeat(65))),
                        ProxyHeaders.of(
                                "10.1.2.3", ProxyHeaders.vpcEndpoint("vpce-1"), ProxyHeaders.vpcEndpoint("vpce-2")))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("malformedBinaries")
    void closeOverWhatIsNoneOfVersion2(byte[] bytes) {
        closesOver(HeaderFault.PROXY_HEADER_MALFORMED, bytes);
    }

    private void closesOver(HeaderFault fault, byte[] bytes) {
        EmbeddedChannel channel = open();
        send(channel, bytes);
        channel.runPendingTasks();
        assertFalse(channel.isOpen());
        assertEquals(List.of(fault), faults);
        assertEquals("", passed());

        faults.clear();
        EmbeddedChannel slow = open();
        for (byte one : bytes) {
            if (slow.isOpen()) {
                send(slow, new byte[] {one});
            }
        }
        slow.runPendingTasks();
        assertFalse(slow.isOpen());
        assertEquals(List.of(fault), faults);
        assertEquals("", passed());
    }

    @Test
    void aSecondHeaderClosesTheConnection() {
        for (byte[] second : List.of(
                ProxyHeaders.line("TCP4 10.7.7.7 10.0.0.1 1 2"),
                ProxyHeaders.of("10.7.7.7"),
                ProxyHeaders.line("UNKNOWN"))) {
            for (byte[] first : List.of(ProxyHeaders.line("TCP4 10.1.2.3 10.0.0.1 1 2"), ProxyHeaders.of("10.1.2.3"))) {
                faults.clear();
                EmbeddedChannel channel = open();
                send(channel, ProxyHeaders.join(first, second, REQUEST));
                assertFalse(channel.isOpen());
                assertEquals(List.of(HeaderFault.PROXY_HEADER_TWICE), faults);
                assertEquals("", passed());

                faults.clear();
                EmbeddedChannel slow = open();
                for (byte one : ProxyHeaders.join(first, second)) {
                    if (slow.isOpen()) {
                        send(slow, new byte[] {one});
                    }
                }
                assertFalse(slow.isOpen());
                assertEquals(List.of(HeaderFault.PROXY_HEADER_TWICE), faults);
                assertEquals("", passed());
            }
        }
    }

    @Test
    void whatOnlyBeginsLikeASecondHeaderPasses() {
        for (String start :
                List.of("P", "PROXY", "PROXYING / HTTP/1.1", "\r\n", "\r\n\r\nGET", "\r\n\r\n\0\r\nQUIT\r")) {
            passed.clear();
            EmbeddedChannel channel = open();
            send(channel, ProxyHeaders.of("10.1.2.3"));
            for (byte one : (start + "xyz").getBytes(StandardCharsets.ISO_8859_1)) {
                send(channel, new byte[] {one});
            }
            assertEquals(start + "xyz", passed());
            assertEquals(List.of(), faults);
        }
    }

    @Test
    void closesWithoutAHeaderAfterTwoSecondsHoweverItsBytesTrickle() {
        EmbeddedChannel channel = open();
        byte[] header = ProxyHeaders.line("TCP4 10.1.2.3 10.0.0.1 1 2");
        for (int i = 0; i < 19; i++) {
            ticker.advance(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            send(channel, new byte[] {header[i]});
        }
        assertTrue(channel.isOpen(), "after 1.9 s");
        ticker.advance(100, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertFalse(channel.isOpen());
        assertEquals(List.of(HeaderFault.PROXY_HEADER_LATE), faults);
        assertNull(caller);
    }

    @Test
    void anotherConnectionTakesTheSeatOfOneThatWaits() {
        EmbeddedChannel first = open();
        EmbeddedChannel second = open();
        first.runPendingTasks();
        assertFalse(first.isOpen());
        assertEquals(List.of(HeaderFault.PROXY_HEADER_LIMIT), faults);
        assertTrue(second.isOpen());
    }

    @Test
    void whoLeavesBeforeAHeaderIsNoFault() {
        open().close();
        EmbeddedChannel half = open();
        half.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertFalse(half.isOpen());
        EmbeddedChannel reset = open();
        reset.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        assertFalse(reset.isOpen());
        EmbeddedChannel ending = open();
        ending.pipeline().fireUserEventTriggered(Listener.Ending.INSTANCE);
        assertFalse(ending.isOpen());
        assertEquals(List.of(), faults);
    }

    @Test
    void closesWithoutAWordWhenTheGateTurnsItAway() {
        turnsAway = true;
        EmbeddedChannel channel = open();
        send(channel, ProxyHeaders.join(ProxyHeaders.of("10.1.2.3"), REQUEST));
        assertFalse(channel.isOpen());
        assertEquals("", passed());
        assertEquals(List.of(), faults);
    }

    /** Nothing that comes makes it fail in another way, hang past its time, or keep a buffer. */
    @Test
    void survivesDamagedHeaders() {
        long seed = Long.getLong("countersign.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[][] good = headers().map(arguments -> (byte[]) arguments.get()[0]).toArray(byte[][]::new);
        for (int i = 0; i < 5000; i++) {
            faults.clear();
            passed.clear();
            caller = null;
            byte[] bytes = ProxyHeaders.join(good[random.nextInt(good.length)], REQUEST);
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            EmbeddedChannel channel = open();
            int at = 0;
            while (at < bytes.length && channel.isOpen()) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(bytes.length));
                send(channel, Arrays.copyOfRange(bytes, at, to));
                at = to;
            }
            channel.runPendingTasks();
            String shown = "-Dcountersign.seed=" + seed + ", round " + i;
            if (channel.isOpen() && caller == null) {
                ticker.advance(2, TimeUnit.SECONDS);
                channel.runScheduledPendingTasks();
                assertFalse(channel.isOpen(), shown);
            }
            assertTrue(faults.size() <= 1, shown);
            assertTrue(caller != null || faults.size() == 1, shown);
            channel.finishAndReleaseAll();
            channels.clear();
        }
    }
}
