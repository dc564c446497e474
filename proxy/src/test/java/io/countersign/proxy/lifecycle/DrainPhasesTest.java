package io.countersign.proxy.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.lifecycle.Lifecycle.Phase;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the drain moves on, by a clock that only the test moves. */
class DrainPhasesTest {
    private final MockTicker ticker = Ticker.newMockTicker();
    private final Lifecycle lifecycle = new Lifecycle();
    private final List<Phase> announced = new ArrayList<>();

    private Drain drain(int quiet, int max, int refuse) {
        return new Drain(
                lifecycle,
                ticker,
                new DrainConfig(Duration.ofSeconds(quiet), Duration.ofSeconds(max), Duration.ofSeconds(refuse)),
                () -> announced.add(lifecycle.phase()));
    }

    private void after(long millis) {
        ticker.advanceMillis(millis);
    }

    private boolean request() {
        boolean served = lifecycle.begun(ticker.nanoTime());
        if (served) {
            lifecycle.ended(ticker.nanoTime());
        }
        return served;
    }

    /** Whoever asks for the phase after the announcement has come must see it: nothing that lasts may begin between the two. */
    @Test
    void announcesItselfOnceThePhaseIsSet() {
        drain(7, 25, 5);
        assertEquals(List.of(Phase.DRAINING), announced);
    }

    @Test
    void endsOnceItHasBeenQuietForLongEnough() {
        Drain drain = drain(7, 25, 5);
        after(6_999);
        assertFalse(drain.look());
        assertEquals(Phase.DRAINING, lifecycle.phase());
        after(1);
        assertTrue(drain.look());
        assertEquals(Phase.CLOSED, lifecycle.phase());
    }

    @Test
    void theQuietBeginsAnewWithTheEndOfEachRequest() {
        Drain drain = drain(7, 25, 5);
        after(6_000);
        assertTrue(lifecycle.begun(ticker.nanoTime()));
        after(8_000);
        assertFalse(drain.look());
        lifecycle.ended(ticker.nanoTime());
        after(5_999);
        assertFalse(drain.look());
    }

    @Test
    void refusesNewRequestsInTheLastPartWhileWhatRunsGoesOn() {
        Drain drain = drain(7, 25, 5);
        assertTrue(lifecycle.begun(ticker.nanoTime()));
        after(19_999);
        assertFalse(drain.look());
        assertTrue(request());
        after(1);
        assertFalse(drain.look());
        assertEquals(Phase.REFUSING, lifecycle.phase());
        assertFalse(request());
        assertEquals(1, lifecycle.running());
        after(4_999);
        assertFalse(drain.look());
        after(1);
        assertTrue(drain.look());
        assertEquals(1, lifecycle.running());
    }

    /** Refused requests are no reason to stay; a second is for their agents to hear of it. */
    @Test
    void endsSoonAfterTheLastThatRanThoughRequestsGoOnComing() {
        Drain drain = drain(7, 25, 5);
        for (int i = 0; i < 20; i++) {
            assertTrue(request());
            after(1_000);
            assertFalse(drain.look());
        }
        assertFalse(request());
        after(999);
        assertFalse(request());
        assertFalse(drain.look());
        after(1);
        assertTrue(drain.look());
    }

    @Test
    void waitsInTheLastPartForWhatRuns() {
        Drain drain = drain(7, 25, 5);
        lifecycle.begun(ticker.nanoTime());
        after(20_000);
        assertFalse(drain.look());
        after(3_000);
        assertFalse(drain.look());
        lifecycle.ended(ticker.nanoTime());
        after(1_000);
        assertTrue(drain.look());
    }

    /** The request begins after the drain has looked and before it has said that nothing may begin any more. */
    @Test
    void aRequestThatSlipsInIsWaitedFor() {
        Lifecycle slipping = new Lifecycle() {
            @Override
            public void phase(Phase next) {
                if (next == Phase.REFUSING) {
                    assertTrue(begun(ticker.nanoTime()));
                }
                super.phase(next);
            }
        };
        Drain drain = new Drain(
                slipping,
                ticker,
                new DrainConfig(Duration.ofSeconds(7), Duration.ofSeconds(25), Duration.ofSeconds(5)),
                () -> {});
        after(7_000);
        assertFalse(drain.look());
        assertFalse(slipping.begun(ticker.nanoTime()));
        after(2_000);
        assertFalse(drain.look());
        slipping.ended(ticker.nanoTime());
        after(1_000);
        assertTrue(drain.look());
    }

    @Test
    void withoutALastPartItServesUntilTheEnd() {
        Drain drain = drain(7, 25, 0);
        assertTrue(lifecycle.begun(ticker.nanoTime()));
        after(24_999);
        assertFalse(drain.look());
        assertTrue(request());
        after(1);
        assertTrue(drain.look());
    }
}
