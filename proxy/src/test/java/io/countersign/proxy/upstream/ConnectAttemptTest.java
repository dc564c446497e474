package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.upstream.http1.Http1Connection;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When each address of a name is tried, with the time and every connection in the test's hands. */
class ConnectAttemptTest {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel home =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final List<Tried> tried = new ArrayList<>();
    private final List<UpstreamConnection> opened = new ArrayList<>();
    private final List<UpstreamFault> faults = new ArrayList<>();
    private boolean wanted = true;

    /** One address that was tried. */
    private record Tried(String address, EmbeddedChannel channel, ChannelPromise connecting) {}

    @AfterEach
    void close() {
        wanted = false;
        tried.forEach(each -> each.channel().finishAndReleaseAll());
        home.finishAndReleaseAll();
    }

    @Test
    void theNextAddressIsTriedAfterAQuarterOfASecondOfSilence() {
        begin(4);
        assertTried(1);
        pass(249);
        assertTried(1);
        pass(1);
        assertTried(2);
        pass(250);
        assertTried(3);
    }

    @Test
    void theNextAddressIsTriedAtOnceWhenOneFails() {
        begin(4);
        refuse(0);
        assertTried(2);
        pass(249);
        assertTried(2);
        pass(1);
        assertTried(3);
    }

    @Test
    void fourAddressesAreTriedAtOnceAtMost() {
        begin(6);
        pass(250);
        pass(250);
        pass(250);
        pass(250);
        assertTried(4);
        refuse(2);
        assertTried(5);
        pass(250);
        assertTried(5);
    }

    @Test
    void eightAddressesAreTriedAtMost() {
        begin(9);
        for (int i = 0; i < 8; i++) {
            assertEquals(List.of(), faults);
            refuse(i);
        }
        assertTried(8);
        assertEquals(1, faults.size());
        assertEquals(UpstreamFault.Kind.CONNECTION_REFUSED, faults.get(0).kind());
    }

    @Test
    void theFirstThatIsOpenWinsAndTheOthersAreCut() {
        begin(4);
        pass(250);
        pass(250);
        connect(1);
        assertEquals(1, opened.size());
        assertFalse(tried.get(0).channel().isOpen());
        assertTrue(tried.get(1).channel().isOpen());
        assertFalse(tried.get(2).channel().isOpen());
        pass(250);
        assertTried(3);
        assertEquals(List.of(), faults);
    }

    @Test
    void whileTlsIsUnderWayNoFurtherAddressIsTried() throws Exception {
        begin(4, Optional.of(SslContextBuilder.forClient().build()));
        pass(250);
        connect(0);
        pass(2000);
        assertTried(2);
        refuse(1);
        assertTried(2);
        assertEquals(List.of(), opened);
    }

    @Test
    void anAddressWhoseTlsNeverEndsGivesWayToTheNextAtItsLimit() throws Exception {
        begin(2, Optional.of(SslContextBuilder.forClient().build()));
        connect(0);
        pass(LIMIT.toMillis());
        assertFalse(tried.get(0).channel().isOpen());
        assertTried(2);
    }

    @Test
    void eachAddressHasTheWholeLimit() {
        begin(2);
        pass(250);
        pass(LIMIT.toMillis() - 250);
        assertFalse(tried.get(0).channel().isOpen());
        assertEquals(List.of(), faults);
        pass(250);
        assertFalse(tried.get(1).channel().isOpen());
        assertEquals(UpstreamFault.Kind.CONNECTION_TIMEOUT, faults.get(0).kind());
    }

    @Test
    void noFurtherAddressIsTriedOnceNobodyWantsIt() {
        begin(4);
        wanted = false;
        refuse(0);
        assertTried(1);
        assertEquals(1, faults.size());
    }

    private void begin(int addresses) {
        begin(addresses, Optional.empty());
    }

    private void begin(int addresses, Optional<SslContext> tls) {
        Upstream upstream = new Upstream(ResolverTest.upstream(tls.isPresent(), "api.localhost"), tls);
        List<InetAddress> found = IntStream.rangeClosed(1, addresses)
                .mapToObj(ConnectAttemptTest::address)
                .toList();
        Opening opening = new Opening() {
            @Override
            public Upstream upstream() {
                return upstream;
            }

            @Override
            public Duration limit() {
                return LIMIT;
            }

            @Override
            public boolean isWanted() {
                return wanted;
            }

            @Override
            public void opened(UpstreamConnection connection) {
                opened.add(connection);
            }

            @Override
            public void failed(UpstreamFault fault) {
                faults.add(fault);
            }
        };
        new ConnectAttempt(opening, home.eventLoop(), this::dial).connectTo(found);
        home.runPendingTasks();
    }

    private AddressAttempt dial(
            Upstream upstream, InetSocketAddress to, Duration limit, AddressAttempt.Listener listener) {
        UpstreamConnection connection = new Http1Connection(upstream);
        AddressAttempt attempt = new AddressAttempt(upstream, to, connection, listener);
        EmbeddedChannel channel = new EmbeddedChannel();
        upstream.tls().ifPresent(tls -> channel.pipeline().addLast(Dialer.TLS, tls.newHandler(channel.alloc())));
        connection.addTo(channel.pipeline());
        ChannelPromise connecting = channel.newPromise();
        tried.add(new Tried(to.getAddress().getHostAddress(), channel, connecting));
        attempt.begin(home.eventLoop(), connecting, limit);
        return attempt;
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private void connect(int index) {
        tried.get(index).connecting().setSuccess();
        tried.get(index).channel().runPendingTasks();
        home.runPendingTasks();
    }

    private void refuse(int index) {
        tried.get(index).connecting().setFailure(new ConnectException("refused"));
        tried.get(index).channel().runPendingTasks();
        home.runPendingTasks();
    }

    private void pass(long millis) {
        ticker.advance(millis, TimeUnit.MILLISECONDS);
        home.runScheduledPendingTasks();
        home.runPendingTasks();
        List.copyOf(tried).forEach(each -> each.channel().runPendingTasks());
    }

    /** So many addresses in all, each another one. */
    private void assertTried(int count) {
        List<String> all = tried.stream().map(Tried::address).toList();
        assertEquals(count, all.size(), all::toString);
        assertEquals(count, all.stream().distinct().count(), all::toString);
    }
}
