package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
    @ParameterizedTest
    @CsvSource({"200/s,200,1", "12000/m,12000,60", "' 5 / h ',5,3600", "1000000/s,1000000,1", "60000000/m,60000000,60"})
    void readsRates(String text, long requests, long seconds) {
        assertEquals(new Rate(requests, Duration.ofSeconds(seconds)), Rate.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "200", "0/s", "-1/s", "1.5/s", "200/d", "200/sec", "1000001/s", "60000001/m", "1e3/s"})
    void refusesWhatIsNone(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Rate.parse(text))
                .getMessage();
        assertTrue(message.contains("such as 200/s"), message);
    }

    @Test
    void printsItAsItIsWritten() {
        assertEquals("12000/m", Rate.parse("12000/m").toString());
        assertEquals("7/h", Rate.parse("7 / h").toString());
    }

    @ParameterizedTest
    @CsvSource({"200/s,400", "60/m,2", "1/h,1"})
    void aBurstIsTwoSecondsUnlessItIsSaid(String rate, long burst) {
        assertEquals(burst, RequestLimit.of(Rate.parse(rate)).burst());
    }
}
