package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.upstream.PoolRig.Asker;
import io.countersign.proxy.upstream.PoolRig.Line;
import io.countersign.proxy.upstream.PoolRig.SlowClose;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who gets which connection, and how long connections are kept; time stands still unless a test moves it. */
class UpstreamPoolTest {
    private static final Upstream A = PoolRig.upstream("a.localhost");
    private static final ConnectionTimes TIMES = PoolRig.times(PoolRig.IDLE, PoolRig.MAX_AGE);

    private final PoolRig rig = new PoolRig();
    private final UpstreamPool pool = rig.pool();
    private final Upstream upstream = PoolRig.upstream("api.localhost");

    // Who gets a connection

    @Test
    void aConnectionThatFallsIdleGoesToWhoeverWaitsForASlowOne() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        Asker second = rig.ask(pool, upstream);
        Asker third = rig.ask(pool, upstream);
        assertEquals(2, rig.openings.size());

        rig.serve(first.connection());
        assertSame(warm, second.connection());
        assertTrue(third.waits());
        rig.serve(second.connection());
        assertSame(warm, third.connection());
    }

    @Test
    void aConnectionThatIsOpenTooLateServesTheNextOrFallsIdle() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        Asker second = rig.ask(pool, upstream);
        Asker third = rig.ask(pool, upstream);
        rig.serve(first.connection());
        assertSame(warm, second.connection());

        Line late = rig.open();
        assertSame(late, third.connection());
        rig.open();
        assertEquals(1, rig.pools.counts().idle());
        assertEquals(2, rig.pools.counts().active());
        assertEquals(0, rig.pools.counts().connecting());
        Asker fourth = rig.ask(pool, upstream);
        assertFalse(fourth.waits());
        assertTrue(rig.openings.isEmpty());
    }

    @Test
    void noMoreAttemptsRunThanExchangesHaveWaitedAtOnce() {
        Asker first = rig.ask(pool, upstream);
        first.waiter.cancel();
        Asker second = rig.ask(pool, upstream);
        assertEquals(1, rig.openings.size());
        Line opened = rig.open();
        assertSame(opened, second.connection());
        assertTrue(first.waits());
    }

    @Test
    void isServedInTheOrderOfWaiting() {
        List<Asker> askers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            askers.add(rig.ask(pool, upstream));
        }
        for (Asker asker : askers) {
            Line opened = rig.open();
            assertSame(opened, asker.connection());
        }
    }

    @Test
    void nobodyOvertakesThoseWhoWait() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        Asker second = rig.ask(pool, upstream);
        PoolRig.begin(first.connection());
        PoolRig.answer(first.connection(), "");
        // Idle, and not yet handed on.
        Asker overtaker = rig.ask(pool, upstream);
        rig.run();
        assertSame(warm, second.connection());
        assertTrue(overtaker.waits());
    }

    @Test
    void whoGaveUpIsServedNothing() {
        Asker first = rig.ask(pool, upstream);
        Asker second = rig.ask(pool, upstream);
        first.waiter.cancel();
        first.waiter.cancel();
        Line opened = rig.open();
        assertSame(opened, second.connection());
        second.waiter.cancel();
        rig.open();
        assertTrue(first.waits());
        assertEquals(0, rig.pools.counts().waiting());
        assertEquals(1, rig.pools.counts().active());
        assertEquals(1, rig.pools.counts().idle());
    }

    @Test
    void whoWantsAFreshConnectionGetsNoPooledOne() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        rig.serve(first.connection());

        Asker picky = rig.ask(pool, upstream, TIMES, Waiter.Wants.FRESH);
        assertTrue(picky.waits());
        Asker easy = rig.ask(pool, upstream);
        assertSame(warm, easy.connection());
        rig.serve(easy.connection());
        assertTrue(picky.waits());
        Line opened = rig.open();
        assertSame(opened, picky.connection());
    }

    // What goes wrong while connecting

    @Test
    void aFaultIsTheAnswerOfTheOldestWhoWaits() {
        Asker first = rig.ask(pool, upstream);
        Asker second = rig.ask(pool, upstream);
        rig.fail(UpstreamFault.Kind.CONNECTION_REFUSED);
        assertEquals(UpstreamFault.Kind.CONNECTION_REFUSED, first.fault().kind());
        assertTrue(second.waits());
        rig.fail(UpstreamFault.Kind.TLS_CERTIFICATE);
        assertEquals(UpstreamFault.Kind.TLS_CERTIFICATE, second.fault().kind());
        assertEquals(0, rig.pools.counts().connecting());
        assertEquals(0, rig.pools.counts().waiting());
    }

    @Test
    void aFaultOfAnAttemptThatNobodyNeedsAnyMoreIsNobodysAnswer() {
        Asker first = rig.ask(pool, upstream);
        rig.open();
        Asker second = rig.ask(pool, upstream);
        rig.serve(first.connection());
        assertFalse(second.waits());
        Asker third = rig.ask(pool, upstream);
        Asker fourth = rig.ask(pool, upstream);
        assertEquals(2, rig.openings.size());
        third.waiter.cancel();
        rig.fail(UpstreamFault.Kind.CONNECTION_REFUSED);
        assertTrue(fourth.waits());
        Line opened = rig.open();
        assertSame(opened, fourth.connection());
    }

    @Test
    void connectsAgainAfterATimeoutAndGivesUpAfterThreeConnectTimes() {
        Asker asker = rig.ask(pool, upstream);
        assertEquals(Optional.empty(), asker.waiter.lastFault());
        rig.advance(PoolRig.CONNECT);
        rig.fail(UpstreamFault.Kind.CONNECTION_TIMEOUT);
        assertTrue(asker.waits());
        assertEquals(
                UpstreamFault.Kind.CONNECTION_TIMEOUT,
                asker.waiter.lastFault().orElseThrow().kind());
        rig.advance(PoolRig.CONNECT);
        rig.fail(UpstreamFault.Kind.DNS_TIMEOUT);
        assertTrue(asker.waits());
        rig.advance(PoolRig.CONNECT);
        rig.fail(UpstreamFault.Kind.CONNECTION_TIMEOUT);
        assertEquals(UpstreamFault.Kind.CONNECTION_TIMEOUT, asker.fault().kind());
        assertTrue(rig.openings.isEmpty());
    }

    @Test
    void goesOnConnectingAsLongAsAConnectionIsInUse() {
        Asker busy = rig.ask(pool, upstream);
        Line warm = rig.open();
        PoolRig.begin(busy.connection());
        Asker asker = rig.ask(pool, upstream);
        for (int i = 0; i < 8; i++) {
            rig.advance(PoolRig.CONNECT);
            rig.fail(UpstreamFault.Kind.CONNECTION_TIMEOUT);
            assertTrue(asker.waits());
            assertEquals(1, rig.openings.size());
        }
        PoolRig.answer(warm, "");
        rig.run();
        assertSame(warm, asker.connection());
    }

    @Test
    void aConnectionThatIsOfNoUseOnceItIsOpenIsAFault() {
        Asker asker = rig.ask(pool, upstream);
        Opening opening = rig.openings.pollFirst();
        Line dead = rig.line(opening.upstream());
        dead.channel().close();
        opening.opened(dead);
        assertEquals(UpstreamFault.Kind.CONNECTION_TERMINATED, asker.fault().kind());
        assertEquals(0, rig.pools.counts().active());
    }

    // How long connections are kept

    @Test
    void aConnectionIsUsedUntilItsIdleTimeIsOverAndNoLonger() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        rig.serve(first.connection());
        rig.ticker.advance(PoolRig.IDLE.toNanos() - 1, TimeUnit.NANOSECONDS);
        Asker inTime = rig.ask(pool, upstream);
        assertSame(warm, inTime.connection());
        rig.serve(inTime.connection());
        // The sweep has not come: who asks looks for himself.
        rig.ticker.advance(PoolRig.IDLE.toNanos(), TimeUnit.NANOSECONDS);
        Asker late = rig.ask(pool, upstream);
        assertTrue(late.waits());
        assertFalse(warm.channel().isOpen());
    }

    /** The last of an upstream's connections goes while somebody asks for one; the one that is opened instead has a time as well. */
    @Test
    void whatReplacesAConnectionWhoseTimeIsOverIsClosedInItsTimeToo() {
        Asker first = rig.ask(pool, upstream);
        rig.open();
        rig.serve(first.connection());
        rig.ticker.advance(2 * PoolRig.IDLE.toNanos(), TimeUnit.NANOSECONDS);
        Asker second = rig.ask(pool, upstream);
        Line fresh = rig.open();
        rig.serve(second.connection());
        Asker third = rig.ask(pool, upstream);
        assertSame(fresh, third.connection());
        rig.serve(fresh);
        rig.advance(PoolRig.IDLE.plusSeconds(1));
        assertFalse(fresh.channel().isOpen());
        assertEquals(0, rig.pools.counts().idle());
    }

    @Test
    void aShortIdleTimeIsKeptBesideALongOne() {
        Asker one = rig.ask(pool, upstream);
        rig.open();
        Asker other = rig.ask(pool, A, PoolRig.times(Duration.ofSeconds(1), PoolRig.MAX_AGE), Waiter.Wants.ANY);
        Line brief = rig.open();
        rig.serve(one.connection());
        rig.serve(other.connection());
        assertEquals(2, rig.pools.counts().idle());
        rig.advance(Duration.ofMillis(1100));
        assertFalse(brief.channel().isOpen());
        assertEquals(1, rig.pools.counts().idle());
        rig.advance(PoolRig.IDLE);
        assertEquals(0, rig.pools.counts().idle());
    }

    @Test
    void theUpstreamsOwnIdleTimeIsHeeded() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        rig.serve(first.connection(), "Keep-Alive: timeout=5, max=100\r\n");
        rig.advance(Duration.ofMillis(3900));
        Asker second = rig.ask(pool, upstream);
        assertSame(warm, second.connection());
        rig.serve(second.connection(), "Keep-Alive: timeout=5\r\n");
        rig.advance(Duration.ofMillis(4100));
        assertFalse(warm.channel().isOpen());
    }

    @Test
    void aConnectionThatTheUpstreamDoesNotKeepIsNotPooled() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        rig.serve(first.connection(), "keep-alive: max=3,  Timeout = 0\r\n");
        assertFalse(warm.channel().isOpen());
        assertEquals(0, rig.pools.counts().idle());
        assertEquals(0, rig.pools.counts().active());
    }

    @Test
    void anUnreadableKeepAliveSaysNothing() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        rig.serve(first.connection(), "Keep-Alive: timeout=99999999999, mytimeout=1, timeout=-1, timeout=1x\r\n");
        rig.advance(PoolRig.IDLE.minusMillis(1));
        assertSame(warm, rig.ask(pool, upstream).connection());
    }

    @Test
    void aConnectionPastItsAgeGetsNoFurtherRequest() {
        Asker first = rig.ask(pool, upstream);
        Line old = rig.open();
        Asker asker = first;
        for (int i = 0; i < 14; i++) {
            rig.serve(asker.connection());
            rig.advance(Duration.ofSeconds(20));
            asker = rig.ask(pool, upstream);
            assertSame(old, asker.connection(), "at " + (i + 1) * 20 + " s");
        }
        PoolRig.begin(old);
        rig.advance(Duration.ofSeconds(20));
        assertTrue(old.channel().isOpen(), "its exchange goes on");
        PoolRig.answer(old, "");
        assertFalse(old.channel().isOpen());
        assertEquals(0, rig.pools.counts().active());
    }

    @Test
    void anIdleConnectionGoesWhenItsAgeIsOver() {
        Asker first = rig.ask(pool, upstream, PoolRig.times(PoolRig.IDLE, Duration.ofSeconds(5)), Waiter.Wants.ANY);
        Line warm = rig.open();
        rig.serve(first.connection());
        rig.advance(Duration.ofSeconds(6));
        assertFalse(warm.channel().isOpen());
    }

    // Connections on their way out

    @Test
    void aConnectionThatIsBeingClosedIsNotLent() {
        SlowClose tls = new SlowClose();
        Asker first = rig.ask(pool, upstream);
        Line closing = rig.open(tls);
        rig.serve(first.connection());
        rig.advance(PoolRig.IDLE);
        assertTrue(closing.channel().isActive(), "close_notify is still on its way");
        assertEquals(0, rig.pools.counts().idle());

        Asker second = rig.ask(pool, upstream);
        assertTrue(second.waits());
        assertNotSame(closing, rig.open());
        assertFalse(second.waits());
        tls.happen();
        assertEquals(1, rig.pools.counts().active());
    }

    @Test
    void aConnectionThatSpokeUnaskedIsNotLentWhileItCloses() {
        SlowClose tls = new SlowClose();
        Asker first = rig.ask(pool, upstream);
        Line closing = rig.open(tls);
        rig.serve(first.connection());
        ((EmbeddedChannel) closing.channel())
                .writeInbound(Unpooled.copiedBuffer(
                        "HTTP/1.1 408 X\r\nContent-Length: 0\r\n\r\n", StandardCharsets.US_ASCII));
        assertTrue(closing.channel().isActive());
        assertTrue(rig.ask(pool, upstream).waits());
        tls.happen();
        assertEquals(0, rig.pools.counts().idle());
    }

    @Test
    void retiredUpstreamsKeepNoIdleConnection() {
        Asker first = rig.ask(pool, upstream);
        Line one = rig.open();
        Asker second = rig.ask(pool, upstream);
        Line other = rig.open();
        rig.serve(first.connection());
        upstream.retire();
        pool.dropRetired();
        rig.run();
        assertFalse(one.channel().isOpen());
        rig.serve(second.connection());
        assertFalse(other.channel().isOpen());
        assertEquals(0, rig.pools.counts().idle());
        assertEquals(0, rig.pools.counts().active());
    }

    @Test
    void nothingIsOpenedOnceThePoolIsClosed() {
        Asker waiting = rig.ask(pool, upstream);
        Asker busy = rig.ask(pool, upstream);
        rig.open();
        pool.close();
        rig.run();
        assertTrue(rig.closed, "whatever was open is cut");
        waiting.connection().channel().close();
        assertEquals(1, rig.openings.size(), "only what had been begun");
        assertTrue(busy.waits());
        assertEquals(
                UpstreamFault.Kind.CONNECTION_LIMIT,
                rig.ask(pool, upstream).fault().kind());
    }

    @Test
    void nothingIsLeftBehind() {
        Asker first = rig.ask(pool, upstream);
        Line warm = rig.open();
        rig.serve(first.connection());
        warm.channel().close();
        Asker second = rig.ask(pool, upstream);
        Line used = rig.open();
        PoolRig.begin(second.connection());
        used.stream().abandon();
        Asker third = rig.ask(pool, upstream);
        third.waiter.cancel();
        rig.fail(UpstreamFault.Kind.CONNECTION_TIMEOUT);
        assertEquals(0, rig.pools.counts().idle());
        assertEquals(0, rig.pools.counts().active());
        assertEquals(0, rig.pools.counts().connecting());
        assertEquals(0, rig.pools.counts().waiting());
        assertEquals(0, upstream.idle.get());
    }
}
