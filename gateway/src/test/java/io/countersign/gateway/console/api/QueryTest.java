package io.countersign.gateway.console.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    private static Optional<Instant> time(String query) throws Problem {
        return Query.parse(query, Set.of("since")).time("since");
    }

    @Test
    void readsATime() throws Problem {
        assertEquals(Optional.of(Instant.parse("2026-11-27T05:30:00Z")), time("since=2026-11-27T06:30:00%2B01:00"));
        assertEquals(Optional.empty(), time(""));
    }

    /** What no clock shows can't be reckoned with. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "%2B1000000000-12-31T00:00:00Z",
                "-1000000000-01-01T00:00:00Z",
                "2026-11-27",
                "2026-13-01T00:00:00Z"
            })
    void refusesWhatIsNoTimeOfRfc3339(String text) {
        assertEquals(
                HttpResponseStatus.BAD_REQUEST,
                assertThrows(Problem.class, () -> time("since=" + text)).status());
    }
}
