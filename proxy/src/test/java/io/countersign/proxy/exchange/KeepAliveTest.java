package io.countersign.proxy.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.net.HostPort;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private static final long ACCEPTED = -5_000_000_000L; // a ticker may begin anywhere

    private static KeepAlive keepAlive(Duration idle, Duration age, double spread) {
        return new KeepAlive(
                new ListenerConfig(
                        new Bind.Tcp(new HostPort("127.0.0.1", 0)),
                        Duration.ofSeconds(10),
                        idle,
                        age,
                        Optional.empty(),
                        Optional.empty(),
                        "a test"),
                ACCEPTED,
                spread);
    }

    private static long after(long millis) {
        return ACCEPTED + millis * 1_000_000;
    }

    @Test
    void isKeptALittleLongerThanPromised() {
        KeepAlive keepAlive = keepAlive(Duration.ofSeconds(60), Duration.ofMinutes(10), 0);
        assertEquals("timeout=60", keepAlive.promise(after(0)));
        assertEquals(Duration.ofSeconds(62).toNanos(), keepAlive.idle().toNanos());
    }

    @Test
    void promisesWholeSecondsOnlyAndNothingBelowOne() {
        assertEquals(
                "timeout=1",
                keepAlive(Duration.ofMillis(1_999), Duration.ofHours(1), 0).promise(after(0)));
        assertNull(keepAlive(Duration.ofMillis(999), Duration.ofHours(1), 0).promise(after(0)));
    }

    @Test
    void promisesNoMoreThanItsAgeLeaves() {
        KeepAlive keepAlive = keepAlive(Duration.ofSeconds(60), Duration.ofSeconds(100), 0);
        assertEquals("timeout=60", keepAlive.promise(after(40_000)));
        assertEquals("timeout=59", keepAlive.promise(after(40_001)));
        assertEquals("timeout=1", keepAlive.promise(after(98_900)));
        // A second for one more request, whose response ends the connection without a race.
        assertEquals("timeout=1", keepAlive.promise(after(99_999)));
        assertEquals(1_100_000_000L, keepAlive.idle().toNanos());
    }

    @Test
    void isOverAtItsAgeAndNotBefore() {
        KeepAlive keepAlive = keepAlive(Duration.ofSeconds(60), Duration.ofSeconds(100), 0);
        assertFalse(keepAlive.isOver(after(99_999)));
        assertTrue(keepAlive.isOver(after(100_000)));
    }

    @Test
    void endsUpToATenthEarlierThanAllowedSoThatNotAllEndTogether() {
        KeepAlive keepAlive = keepAlive(Duration.ofSeconds(60), Duration.ofSeconds(100), 1);
        assertFalse(keepAlive.isOver(after(89_999)));
        assertTrue(keepAlive.isOver(after(90_000)));
    }
}
