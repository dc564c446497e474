package io.countersign.proxy.rejection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTimeTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");

    @Test
    void tellsHowFarTheServerIsAhead() {
        assertEquals(Optional.of(Duration.ZERO), ServerTime.fromDate("Sun, 06 Nov 1994 08:49:37 GMT", NOW));
        assertEquals(Optional.of(Duration.ofSeconds(412)), ServerTime.fromDate("Sun, 06 Nov 1994 08:56:29 GMT", NOW));
        assertEquals(Optional.of(Duration.ofHours(-24)), ServerTime.fromDate("Sat, 05 Nov 1994 08:49:37 GMT", NOW));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                        "784111777"
            })
    void learnsNothingFromWhatIsNoDate(String date) {
        assertEquals(Optional.empty(), ServerTime.fromDate(date, NOW));
    }
}
