package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.gateway.testing.MovedClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DailyBytesTest {
    private final MovedClock clock = new MovedClock("2026-03-01T22:00:00Z");

    @Test
    void countsWhatIsUsedUntilTheDayEnds() {
        ByteQuota quota = new DailyBytes(new DailyCount("payments", clock), 1000, 1, clock);
        quota.add(400);
        quota.add(400);
        assertEquals(800, quota.used());
        assertEquals(0.8, quota.part());
        assertEquals(Optional.empty(), quota.untilRenewed());
        quota.add(200);
        assertEquals(Optional.of(Duration.ofHours(2)), quota.untilRenewed());
        clock.passes(Duration.ofHours(2));
        assertEquals(0, quota.used());
        assertEquals(Optional.empty(), quota.untilRenewed());
    }

    @Test
    void aReplicaHasItsShare() {
        ByteQuota quota = new DailyBytes(new DailyCount("payments", clock), 900, 3, clock);
        quota.add(299);
        assertEquals(Optional.empty(), quota.untilRenewed());
        quota.add(1);
        assertEquals(300, quota.used());
        assertEquals(1.0, quota.part());
        assertEquals(Optional.of(Duration.ofHours(2)), quota.untilRenewed());
    }

    /** Others have sent 300 since; it takes them to go on as it does, until it hears of them again. */
    @Test
    void countsWhatOthersHaveSent() {
        DailyCount count = new DailyCount("payments", clock);
        ByteQuota quota = new DailyBytes(count, 1000, 2, clock);
        quota.add(100);
        count.today().heard(100, 400);
        assertEquals(400, quota.used());
        assertEquals(0.4, quota.part());
        quota.add(250);
        assertEquals(650, quota.used());
        assertEquals(0.9, quota.part());
        quota.add(50);
        assertEquals(Optional.of(Duration.ofHours(2)), quota.untilRenewed());
        count.today().heard(400, 700);
        assertEquals(Optional.empty(), quota.untilRenewed());
    }
}
