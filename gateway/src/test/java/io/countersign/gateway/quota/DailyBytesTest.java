package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DailyBytesTest {
    private final TestClock clock = new TestClock("2026-03-01T22:00:00Z");

    @Test
    void countsWhatIsUsedUntilTheDayEnds() {
        ByteQuota quota = new DailyBytes(1000, 1, clock);
        quota.add(400);
        quota.add(400);
        assertEquals(800, quota.used());
        assertEquals(0.8, quota.part());
        assertEquals(Optional.empty(), quota.untilRenewed());
        quota.add(200);
        assertEquals(Optional.of(Duration.ofHours(2)), quota.untilRenewed());
        clock.pass(Duration.ofHours(2));
        assertEquals(0, quota.used());
        assertEquals(Optional.empty(), quota.untilRenewed());
    }

    @Test
    void aReplicaHasItsShare() {
        ByteQuota quota = new DailyBytes(900, 3, clock);
        quota.add(299);
        assertEquals(Optional.empty(), quota.untilRenewed());
        quota.add(1);
        assertEquals(300, quota.used());
        assertEquals(1.0, quota.part());
        assertEquals(Optional.of(Duration.ofHours(2)), quota.untilRenewed());
    }
}
