package io.countersign.proxy.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.route.RouteTimes;
import io.countersign.proxy.route.WebSocketTimes;
import io.countersign.proxy.upstream.ConnectionTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** body-idle 30 s, wait 5 s, so a grace of 2.5 s; 100 bytes a second are asked for. */
class PaceTest {
    private final List<String> past = new ArrayList<>();
    private boolean wanted;
    private final Pace pace =
            new Pace(times(), () -> wanted, () -> past.add("idle"), () -> past.add("gives way")).begin(100, 0);

    private static RouteTimes times() {
        Duration other = Duration.ofSeconds(60);
        return new RouteTimes(
                Duration.ofSeconds(30),
                other,
                other,
                other,
                Duration.ofSeconds(5),
                new WebSocketTimes(other, other),
                new ConnectionTimes(other, other, other));
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void silenceIsBearableForBodyIdleWhereNobodyWaits() {
        assertTrue(pace.goesOn(millis(29_999)));
        assertFalse(pace.goesOn(millis(30_000)));
        assertEquals(List.of("idle"), past);
    }

    @Test
    void silenceIsTooLongAfterTheGraceWhereOthersWait() {
        wanted = true;

        assertTrue(pace.goesOn(millis(2_499)));
        assertFalse(pace.goesOn(millis(2_500)));
        assertEquals(List.of("gives way"), past);
    }

    @Test
    void whoKeepsThePaceGoesOn() {
        wanted = true;

        assertTrue(pace.came(100, millis(3_500)));
        assertFalse(pace.came(99, millis(4_500)));
    }

    @Test
    void whoIsSlowGoesOnWhereNobodyWaits() {
        assertTrue(pace.came(1, millis(20_000)));
        assertEquals(List.of(), past);
    }

    @Test
    void looksBeforeTheGraceIsOverAndAtTheEnd() {
        assertEquals(millis(1_250), pace.nextLook(0));
        assertEquals(millis(1), pace.nextLook(millis(29_999)));
    }
}
