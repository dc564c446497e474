package io.countersign.proxy.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.listen.Listener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a tunnel ends, by a clock that only the test moves. */
class TunnelTest {
    private static final String HELLO = "818537fa213d7f9f4d5158";
    private static final String PLAIN_HELLO = "810548656c6c6f";
    private static final String CLIENT_CLOSE = "888200000000" + "03e8";
    private static final String SERVER_CLOSE = "880203e8";

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel client =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final EmbeddedChannel upstream =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final List<String> ends = new ArrayList<>();
    private Tunnel tunnel;

    @BeforeEach
    void begin() {
        TunnelLimits limits = new TunnelLimits(Duration.ofSeconds(60), Duration.ofSeconds(300));
        tunnel = new Tunnel(
                client,
                limits,
                (end, up, down) -> ends.add(
                        end.by().label() + " " + end.code() + " up " + up + " down " + down + " " + end.why()));
        tunnel.begin(
                side -> upstream.pipeline().addLast(side),
                side -> client.pipeline().addLast(side));
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        upstream.finishAndReleaseAll();
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    }

    private static String written(EmbeddedChannel to) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf piece = to.readOutbound(); piece != null; piece = to.readOutbound()) {
            all.append(ByteBufUtil.hexDump(piece));
            piece.release();
        }
        return all.toString();
    }

    /** The code of a close frame, its payload unmasked. */
    private static int codeOf(String frame) {
        byte[] bytes = HexFormat.of().parseHex(frame);
        boolean masked = (bytes[1] & 0x80) != 0;
        FrameTracker tracker = new FrameTracker(masked);
        tracker.follow(Unpooled.wrappedBuffer(bytes), false);
        assertTrue(tracker.isAtBoundary() && tracker.sawClose(), frame);
        return tracker.closeCode();
    }

    private void after(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        client.runScheduledPendingTasks();
    }

    @Test
    void passesBytesAsTheyAre() {
        client.writeInbound(bytes(HELLO));
        upstream.writeInbound(bytes(PLAIN_HELLO));
        assertEquals(HELLO, written(upstream));
        assertEquals(PLAIN_HELLO, written(client));
    }

    @Test
    void passesMalformedFramesAsTheyAreAndGoesOn() {
        client.writeInbound(bytes("ff00ff00"));
        client.writeInbound(bytes(HELLO));
        assertEquals("ff00ff00" + HELLO, written(upstream));
        assertEquals(List.of(), ends);
    }

    @Test
    void closesBothSidesWithGoingAwayAtADrain() {
        client.pipeline().fireUserEventTriggered(Listener.Draining.INSTANCE);
        String toUpstream = written(upstream);
        assertEquals(1001, codeOf(toUpstream));
        assertEquals("88", toUpstream.substring(0, 2));
        assertTrue((HexFormat.fromHexDigits(toUpstream, 2, 4) & 0x80) != 0, "masked");
        assertEquals(1001, codeOf(written(client)));
        client.writeInbound(bytes(CLIENT_CLOSE));
        assertEquals(List.of(), ends);
        upstream.writeInbound(bytes(SERVER_CLOSE));
        assertEquals(List.of("proxy 1001 up 0 down 0 the proxy was shutting down"), ends);
        assertEquals("", written(upstream) + written(client));
    }

    @Test
    void endsTheFrameThatPassesBeforeItCloses() {
        client.writeInbound(bytes(HELLO.substring(0, 14)));
        client.pipeline().fireUserEventTriggered(Listener.Draining.INSTANCE);
        assertEquals(HELLO.substring(0, 14), written(upstream));
        client.writeInbound(bytes(HELLO.substring(14) + HELLO));
        String rest = written(upstream);
        assertEquals(HELLO.substring(14), rest.substring(0, HELLO.length() - 14));
        assertEquals(1001, codeOf(rest.substring(HELLO.length() - 14)));
        assertEquals(1001, codeOf(written(client)));
    }

    @Test
    void putsNoFrameBehindACloseFrameOfASide() {
        client.writeInbound(bytes(CLIENT_CLOSE));
        tunnel.drain();
        assertEquals(CLIENT_CLOSE, written(upstream));
        assertEquals(1001, codeOf(written(client)));
    }

    @Test
    void putsNoFrameBehindACloseFrameThatWasPassingAtTheDrain() {
        client.writeInbound(bytes(CLIENT_CLOSE.substring(0, 8)));
        tunnel.drain();
        client.writeInbound(bytes(CLIENT_CLOSE.substring(8)));
        assertEquals(CLIENT_CLOSE, written(upstream));
    }

    @Test
    void putsNoFrameWhereFramesAreLostAndWaitsNoLongerThanForAnAnswer() {
        client.writeInbound(bytes("ff"));
        client.writeInbound(bytes("00"));
        tunnel.drain();
        assertEquals("ff00", written(upstream));
        after(Tunnel.LAST_WORDS.minusMillis(1));
        assertEquals(List.of(), ends);
        after(Duration.ofMillis(1));
        assertEquals(List.of("proxy 1001 up 2 down 0 the proxy was shutting down"), ends);
    }

    @Test
    void waitsNoLongerThanThisForAnswers() {
        tunnel.drain();
        after(Tunnel.LAST_WORDS);
        assertEquals(List.of("proxy 1001 up 0 down 0 the proxy was shutting down"), ends);
        client.writeInbound(bytes(HELLO));
    }

    @Test
    void closesWhatIsIdle() {
        after(Duration.ofSeconds(59));
        client.writeInbound(bytes(HELLO));
        written(upstream);
        after(Duration.ofMillis(59_999));
        assertEquals("", written(client));
        after(Duration.ofMillis(1));
        assertEquals(1001, codeOf(written(client)));
        assertEquals(1001, codeOf(written(upstream)));
        after(Tunnel.LAST_WORDS);
        assertEquals(List.of("proxy 1001 up 11 down 0 no byte passed for 60000 ms (timeouts.websocket-idle)"), ends);
    }

    @Test
    void closesWhatIsTooOldHoweverBusy() {
        for (int i = 0; i < 299; i++) {
            after(Duration.ofSeconds(1));
            upstream.writeInbound(bytes(PLAIN_HELLO));
        }
        assertFalse(written(client).contains("880"));
        after(Duration.ofSeconds(1));
        assertEquals(1001, codeOf(written(client)));
        after(Tunnel.LAST_WORDS);
        assertEquals(List.of("proxy 1001 up 0 down 2093 open for 300000 ms (timeouts.websocket-max-age)"), ends);
    }

    @Test
    void saysWhoClosedFirstAndWithWhat() {
        upstream.writeInbound(bytes("880203f3"));
        client.writeInbound(bytes(CLIENT_CLOSE));
        upstream.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertEquals(List.of(), ends);
        client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertEquals(List.of("upstream 1011 up 8 down 4 "), ends);
    }

    @Test
    void waitsABoundedTimeForTheEndOfConnectionsThatHaveClosed() {
        client.writeInbound(bytes(CLIENT_CLOSE));
        upstream.writeInbound(bytes(SERVER_CLOSE));
        after(Tunnel.LAST_WORDS);
        assertEquals(List.of("client 1000 up 8 down 4 "), ends);
    }

    @Test
    void goesOnInOneDirectionAfterTheOtherHasEnded() {
        client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        upstream.writeInbound(bytes(PLAIN_HELLO));
        assertEquals(PLAIN_HELLO, written(client));
        assertEquals(List.of(), ends);
        upstream.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertEquals(List.of("client 1006 up 0 down 7 the client ended the connection without a close frame"), ends);
    }

    @Test
    void endsAtOnceWithAClientThatIsGone() {
        client.close();
        assertEquals(List.of("client 1006 up 0 down 0 the client broke the connection"), ends);
    }

    @Test
    void givesTheClientWhatAnUpstreamSaidBeforeItWent() {
        upstream.pipeline().fireChannelRead(bytes(PLAIN_HELLO));
        upstream.close();
        assertEquals(PLAIN_HELLO, written(client));
        after(Tunnel.LAST_WORDS);
        assertEquals(List.of("upstream 1006 up 0 down 7 the upstream broke the connection"), ends);
    }

    @Test
    void endsAtOnceWithTheProcessAndSaysSo() {
        client.pipeline().fireUserEventTriggered(Listener.Ending.INSTANCE);
        assertEquals(1001, codeOf(written(client)));
        assertEquals(List.of("proxy 1001 up 0 down 0 the proxy was shutting down"), ends);
    }

    @Test
    void readsNoFasterThanTheOtherSideTakes() {
        client.config().setAutoRead(true);
        upstream.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        client.writeInbound(bytes(HELLO));
        assertFalse(client.config().isAutoRead());
        assertTrue(upstream.config().isAutoRead());
        upstream.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        upstream.runPendingTasks();
        assertTrue(client.config().isAutoRead());
        assertEquals(HELLO, written(upstream));
    }
}
