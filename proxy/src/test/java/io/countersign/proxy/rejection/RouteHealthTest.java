package io.countersign.proxy.rejection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteHealthTest {
    private final Ticking clock = new Ticking();
    private final RouteHealth health = new RouteHealth(clock);

    @Test
    void waitsAsLongAgainAsTheTroubleHasLastedUpToHalfAMinute() {
        assertEquals(List.of(1, 1), bounds());
        health.refused("permission");
        assertEquals(List.of(1, 1), bounds());
        clock.advance(2);
        assertEquals(List.of(1, 2), bounds());
        clock.advance(8);
        assertEquals(List.of(5, 10), bounds());
        clock.advance(3600);
        assertEquals(List.of(15, 30), bounds());
    }

    @Test
    void aSuccessEndsTheTrouble() {
        health.refused("permission");
        clock.advance(100);
        health.refused("wrong_scope");
        RouteHealth.Trouble trouble = health.trouble().orElseThrow();
        assertEquals("wrong_scope", trouble.cause());
        assertEquals(2, trouble.count());
        assertEquals(Instant.EPOCH.plusSeconds(1000), trouble.since());
        assertEquals(Instant.EPOCH.plusSeconds(1100), trouble.last());

        health.accepted();

        assertEquals(Optional.empty(), health.trouble());
        assertEquals(Optional.of(Instant.EPOCH.plusSeconds(1100)), health.lastSuccess());
        assertEquals(List.of(1, 1), bounds());
    }

    @Test
    void nothingIsResentAfterAFailedRemedyUntilASuccessOrOtherCredentials() {
        assertTrue(health.mayResend("one"));
        health.refused("signature_mismatch");
        assertTrue(health.mayResend("one"));
        health.remedyFailed("signature_mismatch", "one");
        assertFalse(health.mayResend("one"));
        health.refused("signature_mismatch");
        assertFalse(health.mayResend("one"), "one more refusal changes nothing");
        assertTrue(health.mayResend("other"));

        health.accepted();

        assertTrue(health.mayResend("one"));
    }

    @Test
    void relaysTheUpstreamsWaitWithinBounds() {
        assertEquals(120, RouteHealth.relayedWait(120));
        assertEquals(300, RouteHealth.relayedWait(300));
        assertEquals(300, RouteHealth.relayedWait(301));
        assertEquals(1, RouteHealth.relayedWait(0));
        assertEquals(1, RouteHealth.relayedWait(-5));
    }

    @Test
    void aPayloadIsHeldForItsTimeAndThenGivenUp() {
        HeldPayloads held = new HeldPayloads(Duration.ofSeconds(10));
        long second = 1_000_000_000L;
        assertTrue(held.hold("a", 5 * second));
        assertTrue(held.hold("b", 14 * second));
        assertTrue(held.hold("a", 15 * second - 1));
        assertFalse(held.hold("a", 15 * second));
    }

    /** Else an agent whose every batch is over a limit would deliver one of them in each such time. */
    @Test
    void onceAPayloadIsGivenUpFurtherOnesAreNotHeldWhileTheCauseLasts() {
        HeldPayloads held = new HeldPayloads(Duration.ofSeconds(10));
        long second = 1_000_000_000L;
        assertTrue(held.hold("a", 0));
        assertFalse(held.hold("a", 10 * second));
        assertFalse(held.hold("b", 10 * second));
        assertFalse(held.hold("c", 20 * second - 1), "the cause lasts");
        assertTrue(held.hold("d", 30 * second), "after a pause of the limit it is another one");
        assertTrue(held.hold("d", 40 * second - 1));
        assertFalse(held.hold("d", 40 * second));
    }

    @Test
    void aHoldOfNoTimeGivesUpAtOnce() {
        assertFalse(new HeldPayloads(Duration.ZERO).hold("a", 7));
    }

    @Test
    void theOldestOfTooManyPayloadsIsForgotten() {
        HeldPayloads held = new HeldPayloads(Duration.ofNanos(10));
        for (int i = 0; i < HeldPayloads.MAX_PAYLOADS; i++) {
            held.hold("p" + i, 0);
        }
        held.hold("one more", 9);
        assertEquals(HeldPayloads.MAX_PAYLOADS, held.size());
        assertTrue(held.hold("p0", 10), "its time starts anew");
        assertFalse(held.hold("p2", 10));
    }

    @Test
    void aStormIsOneLineAndACount() {
        Storms storms = new Storms(Duration.ofSeconds(10));
        List<String> said = new ArrayList<>();
        assertTrue(storms.isFirst("permission on route a", 0));
        for (int i = 0; i < 453; i++) {
            assertFalse(storms.isFirst("permission on route a", i));
        }
        assertTrue(storms.isFirst("permission on route b", 5));
        storms.flush(10_000_000_000L, said::add);
        assertEquals(List.of("permission on route a: 453 more in the last 10 s"), said);
        storms.flush(20_000_000_000L, said::add);
        assertEquals(1, said.size(), said::toString);
        assertTrue(storms.isFirst("permission on route a", 30_000_000_000L), "after an interval of quiet it is news");
    }

    private List<Integer> bounds() {
        Random random = new Random(7);
        int min = Integer.MAX_VALUE;
        int max = 0;
        for (int i = 0; i < 2000; i++) {
            int wait = health.longWait(random);
            min = Math.min(min, wait);
            max = Math.max(max, wait);
        }
        return List.of(min, max);
    }

    private static final class Ticking extends Clock {
        private Instant now = Instant.EPOCH.plusSeconds(1000);

        void advance(long seconds) {
            now = now.plusSeconds(seconds);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
