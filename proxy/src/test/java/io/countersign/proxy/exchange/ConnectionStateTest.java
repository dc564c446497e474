package io.countersign.proxy.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.dispatch.Dispatcher;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.Listener;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.response.Explanations;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.upstream.Connector;
import io.countersign.proxy.upstream.PoolLimits;
import io.countersign.proxy.upstream.Resolver;
import io.countersign.proxy.upstream.UpstreamPools;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client connection is at, from one event to the next. Its requests match no route, so that nothing goes upstream. */
class ConnectionStateTest {
    private static final String GET = "GET /w HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final List<ExchangeRecord> records = new ArrayList<>();
    private final ConnectionLimit limit = new ConnectionLimit(() -> 1, ConnectionLimit.Giving.UNUSED);
    private final Lifecycle lifecycle = new Lifecycle();
    private CompiledSnapshot snapshot;
    private final HeldWrites held = new HeldWrites();
    private final Watch watch = new Watch();
    private final List<ConnectionState> atEnds = new ArrayList<>();
    private ClientConnection connection;
    private final Resolver resolver = new Resolver();
    private Seat seat;

    @BeforeEach
    void open() throws Exception {
        snapshot = new CompiledSnapshot("""
                listeners = [ { bind = "127.0.0.1:0" } ]
                admin { bind = "127.0.0.1:0" }
                credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                routes { main { upstream = "http://127.0.0.1:9", service = execute-api, region = us-east-1
                                match.path-prefix = "/elsewhere" } }
                """);
        InetAddress peer = InetAddress.getLoopbackAddress();
        Clock clock = Clock.systemUTC();
        Via via = new Via("countersign-test");
        Explanations explanations = new Explanations(new RecentRejections());
        Front front = new Front(snapshot::get, lifecycle, records::add, new Http2Clients(), clock);
        Budget budget = Budget.ofBytes(1 << 20, 10);
        Phases phases = new Phases(
                new Admission(via, clock),
                budget,
                via,
                new Dispatcher(
                        new UpstreamPools(PoolLimits.of(8))
                                .add(
                                        channel.eventLoop(),
                                        new Connector(
                                                channel.eventLoop(), resolver, Runnable::run, Http1Connection::new)),
                        new Signers(),
                        Budget.ofPlaces(1, 0),
                        Budget.ofPlaces(1, 0),
                        explanations,
                        clock),
                explanations);
        ListenerConfig listener = new ListenerConfig(
                new Bind.Tcp(new HostPort("127.0.0.1", 0)),
                HEAD_TIMEOUT,
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                Optional.empty(),
                Optional.empty(),
                "a test");
        RequestDecoder decoder = new RequestDecoder(new Limits(1024, 4096, 50, 1 << 20));
        ClientResponseEncoder encoder = new ClientResponseEncoder();
        seat = limit.admit(channel, peer).orElseThrow();
        connection = new ClientConnection(
                front, phases, listener, new Guest(Caller.ofSocket(peer), seat, Optional.empty()), decoder, encoder);
        assertEquals(ConnectionState.ACCEPTED, connection.state());
        channel.pipeline().addLast(held, decoder, encoder, watch, connection);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        snapshot.close();
        resolver.close();
    }

    /** Holds back what is written, while the test wants it to. */
    private static final class HeldWrites extends ChannelOutboundHandlerAdapter {
        private boolean holds;
        private Runnable release = () -> {};

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (holds) {
                release = () -> ctx.writeAndFlush(message, promise);
            } else {
                ctx.write(message, promise);
            }
        }
    }

    /** Notes what the connection is at when the end of a request comes. */
    private final class Watch extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof LastHttpContent) {
                atEnds.add(connection.state());
            }
            ctx.fireChannelRead(message);
        }
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
    }

    /** All that was written since the last time. */
    private String received() {
        StringBuilder out = new StringBuilder();
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            out.append(piece.toString(US_ASCII));
            piece.release();
        }
        return out.toString();
    }

    private void assertState(ConnectionState expected) {
        assertEquals(expected, connection.state());
    }

    @Test
    void awaitsARequestOnceItIsOpen() {
        assertState(ConnectionState.AWAITING_HEAD);
    }

    @Test
    void readsAHeadThatHasBegun() {
        send("GET /w");
        assertState(ConnectionState.READING_HEAD);
        send(" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        assertState(ConnectionState.AWAITING_HEAD);
        assertTrue(received().startsWith("HTTP/1.1 404"), "a response");
    }

    @Test
    void discardsTheRestOfARequestThatItsHeadHasAnswered() {
        send(GET + "\r\n");
        assertEquals(List.of(ConnectionState.DISCARDING), atEnds);
        assertState(ConnectionState.AWAITING_HEAD);
    }

    @Test
    void isInAnExchangeUntilItsResponseIsOut() {
        held.holds = true;
        send(GET + "\r\n");
        assertState(ConnectionState.IN_EXCHANGE);
        assertEquals(0, records.size());
        held.holds = false;
        held.release.run();
        assertState(ConnectionState.AWAITING_HEAD);
        assertEquals(1, records.size());
    }

    @Test
    void servesARequestThatCameEarlyInItsTurn() {
        held.holds = true;
        send(GET + "\r\n" + GET + "\r\n");
        assertState(ConnectionState.IN_EXCHANGE);
        held.holds = false;
        held.release.run();
        assertState(ConnectionState.AWAITING_HEAD);
        assertEquals(2, records.size());
    }

    @Test
    void isOverAfterAResponseThatClosesIt() {
        send(GET + "Connection: close\r\n\r\n" + GET + "\r\n");
        assertState(ConnectionState.OVER);
        assertEquals(1, records.size(), "requests that were served");
    }

    @Test
    void isOverWhenTheHeadTakesTooLong() {
        send("GET /w");
        ticker.advance(HEAD_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        assertState(ConnectionState.OVER);
        assertTrue(received().startsWith("HTTP/1.1 408"), "a response");
        assertEquals(Optional.of("http_request_error"), records.get(0).outcome().error());
        assertTrue(records.get(0).outcome().response().complete());
    }

    @Test
    void isOverWhenNothingComes() {
        ticker.advance(HEAD_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        assertState(ConnectionState.OVER);
        assertEquals("", received());
        assertEquals(0, records.size());
    }

    @Test
    void isOverWhenTheClientSaysNothingMore() {
        send("GET /w");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertState(ConnectionState.OVER);
    }

    @Test
    void servesWhatHasBegunAfterTheClientHasSaidAll() {
        held.holds = true;
        send(GET + "\r\n");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertState(ConnectionState.IN_EXCHANGE);
        held.holds = false;
        held.release.run();
        assertState(ConnectionState.OVER);
        assertTrue(records.get(0).outcome().response().complete());
    }

    @Test
    void isOverWhenTheClientGoesWithinAnExchange() {
        held.holds = true;
        send(GET + "\r\n");
        channel.close();
        assertState(ConnectionState.OVER);
        assertEquals(1, records.size());
        assertFalse(records.get(0).outcome().response().complete());
        held.release.run();
        assertEquals(1, records.size(), "ends of one exchange");
    }

    @Test
    void theEndOfTheProcessWaitsForAFirstRequestOnly() {
        channel.pipeline().fireUserEventTriggered(Listener.Ending.INSTANCE);
        assertState(ConnectionState.AWAITING_HEAD);
        send(GET + "\r\n");
        channel.pipeline().fireUserEventTriggered(Listener.Ending.INSTANCE);
        assertState(ConnectionState.OVER);
    }

    @ParameterizedTest
    @CsvSource({
        "ACCEPTED, AWAITING_HEAD OVER",
        "AWAITING_HEAD, READING_HEAD IN_EXCHANGE OVER",
        "READING_HEAD, IN_EXCHANGE OVER",
        "IN_EXCHANGE, AWAITING_HEAD DISCARDING OVER",
        "DISCARDING, AWAITING_HEAD OVER",
        "OVER, ''"
    })
    void becomesNothingElse(ConnectionState from, String to) {
        String allowed = Arrays.stream(ConnectionState.values())
                .filter(from::mayBecome)
                .map(Enum::name)
                .collect(Collectors.joining(" "));
        assertEquals(to, allowed);
    }
}
