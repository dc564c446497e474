package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainConfigTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|5000",
                "drain.max = 60 s|5000",
                "drain { max = 10 s, quiet = 1 s }|5000",
                "drain { max = 4 s, quiet = 1 s }|2000",
                "drain { max = 500 ms, quiet = 10 ms }|250",
                "drain { max = 4 s, quiet = 0 s, refuse = 4 s }|4000",
                "drain.refuse = 0 s|0"
            })
    void theLastPartIsHalfOfTheWholeAtMostUnlessItIsSet(String drain, long millis) {
        assertEquals(
                Duration.ofMillis(millis),
                Load.good(drain == null ? "" : drain).operation().drain().refuse());
    }

    @Test
    void warnsOfAQuietThatCannotPass() {
        assertEquals(List.of(), Load.warnings("drain { max = 12 s, quiet = 7 s }"));
        List<String> warnings = Load.warnings("drain { max = 12 s, quiet = 8 s }");
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).contains("drain.quiet"), warnings::toString);
        assertTrue(warnings.get(0).contains("8 s can't pass before requests are refused, 5 s (drain.refuse)"));
    }
}
