package io.countersign.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UntilTest {
    private static final Instant NOW = Instant.parse("2026-11-27T06:00:00.250Z");

    @ParameterizedTest
    @CsvSource({
        "2026-11-27, 2026-11-28T00:00:00Z",
        "2026-11-27T06:00:01Z, 2026-11-27T06:00:01Z",
        "2026-11-27t09:00:00.5+02:00, 2026-11-27T07:00:01Z",
        "90m, 2026-11-27T07:30:00Z",
        "8h, 2026-11-27T14:00:00Z",
        "30 days, 2026-12-27T06:00:00Z",
        "1.5 hours, 2026-11-27T07:30:00Z",
        "2w, 2026-12-11T06:00:00Z",
        "1 week, 2026-12-04T06:00:00Z"
    })
    void readsDatesTimesAndDurations(String text, Instant until) {
        assertEquals(until, Until.parse(text, NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "8",
                "8 hours ago",
                "-8h",
                "tomorrow",
                "2026-02-30",
                "2027-01-31 12:00",
                "2027-01-31T12:00:00",
                "99999999d",
                "2026-11-26",
                "2026-11-27T06:00:00Z",
                "0s",
                "500ms"
            })
    void refusesWhatIsNoneOfThemOrPast(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Until.parse(text, NOW))
                .getMessage();
        assertTrue(message.startsWith("\"" + text + "\" is "), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999-12-31", "9999-12-31T23:59:59.5Z", "9999-12-31T23:59:59-12:00"})
    void theEndOfAllYearsCanBeReadAgain(String text) {
        assertEquals(Instant.parse("9999-12-31T23:59:59Z"), Until.parse(text, NOW));
        assertEquals(Until.time(text), Until.time(Until.time(text).toString()));
    }

    @Test
    void aDurationIsNoTimeByItself() {
        assertThrows(IllegalArgumentException.class, () -> Until.time("8h"));
    }
}
