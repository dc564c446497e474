package io.countersign.proxy.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What is learnt of an upstream's clock, and that no Date can spoil the time of later signatures. */
class ServiceClockTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final ServiceClock clock = new ServiceClock(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void learnsUpToADayInEitherDirection() {
        assertTrue(clock.learn(DAY));
        assertEquals(NOW.plus(DAY), clock.now());
        assertTrue(clock.learn(DAY.negated()));
        assertEquals(NOW.minus(DAY), clock.now());
    }

    @Test
    void learnsNothingFromADateMoreThanADayAway() {
        for (Duration absurd : new Duration[] {
            DAY.plusMillis(1),
            DAY.plusMillis(1).negated(),
            Duration.between(NOW, Instant.parse("9999-12-31T23:59:59Z")),
            Duration.between(NOW, Instant.parse("0001-01-01T00:00:00Z")),
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
            Duration.ofSeconds(Long.MIN_VALUE)
        }) {
            assertFalse(clock.learn(absurd), absurd::toString);
            assertEquals(NOW, clock.now(), absurd::toString);
        }
    }

    @Test
    void keepsWhatItKnewWhenAnAbsurdDateComes() {
        clock.learn(Duration.ofMinutes(10));
        assertFalse(clock.learn(Duration.ofDays(400)));
        assertEquals(NOW.plus(Duration.ofMinutes(10)), clock.now());
    }

    @Test
    void takesHalfAMinuteForNoise() {
        assertFalse(clock.learn(Duration.ofSeconds(29)));
        assertFalse(clock.isCorrected());
        assertTrue(clock.learn(Duration.ofSeconds(31)));
        assertTrue(clock.isCorrected());
        clock.confirm(Duration.ofSeconds(29));
        assertFalse(clock.isCorrected());
    }
}
