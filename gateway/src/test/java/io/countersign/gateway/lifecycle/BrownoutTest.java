package io.countersign.gateway.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.local.LocalResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrownoutTest {
    @ParameterizedTest
    @CsvSource({
        "2026-05-01T00:00:00Z, 300",
        "2026-05-01T00:04:59Z, 1",
        "2026-05-01T00:05:00Z, 0",
        "2026-05-01T05:59:59Z, 0",
        "2026-05-01T06:00:00Z, 300",
        "2026-05-01T18:02:00Z, 180",
    })
    void comesAtTheSameTimesEverywhere(Instant now, long left) {
        assertEquals(left, new Brownout(Duration.ofMinutes(5), Duration.ofHours(6)).secondsLeft(now));
    }

    @Test
    void isAShort503() {
        LocalResponse response = assertInstanceOf(Guard.Entry.Refuse.class, enter("2026-05-01T12:01:00Z"))
                .response();
        assertEquals(LocalCause.BROWNOUT, response.cause());
        assertEquals(503, response.status(true));
        assertEquals(503, response.status(false));
        assertEquals(30, response.statuses().retryAfter());
        assertEquals(Guard.Entry.FREE, enter("2026-05-01T12:05:00Z"));
    }

    private static Guard.Entry enter(String now) {
        RouteLife life = new RouteLife(
                "old",
                State.DEPRECATED,
                new About(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of()),
                DraftCallers.NOBODY,
                Optional.of(new Deprecation(
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.of(new Brownout(Duration.ofMinutes(5), Duration.ofHours(6))))),
                Optional.empty(),
                Optional.empty());
        LifecycleGuard guard = new LifecycleGuard(
                new LifecycleConfig(List.of(life)), Set.of("old"), Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
        return guard.enter("old");
    }
}
