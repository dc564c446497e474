package io.countersign.gateway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.countersign.gateway.quota.Rate;
import io.countersign.gateway.quota.RequestLimit;
import io.countersign.gateway.quota.SharedCounts.Ask;
import io.countersign.gateway.quota.SharedCounts.Given;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisStoreTest {
    private static final Ask TEN = new Ask("payments", new RequestLimit(Rate.parse("1/s"), 100), 1, 10, 0, "");

    @Test
    void takesNothingButNumbersForAnAnswer() {
        assertEquals(new Given(10, 2000, "17"), RedisStore.given(List.of(10L, 2L, "17"), TEN));
        assertEquals(
                new Given(0, Duration.ofDays(1).toNanos(), "17"),
                RedisStore.given(List.of(0L, Long.MAX_VALUE, "17"), TEN));
        for (List<Object> answer : List.<List<Object>>of(
                List.of(),
                List.of(11L, 0L, "17"),
                List.of(-1L, 0L, "17"),
                List.of(1L, -1L, "17"),
                List.of(1L, 0L, ""),
                List.of(1L, 0L, "1\n7"),
                List.of("1", 0L, "17"),
                List.of(1L, 0L, "17", "18"))) {
            assertThrows(IllegalStateException.class, () -> RedisStore.given(answer, TEN), answer.toString());
        }
        assertEquals(17, RedisStore.sum("17"));
        for (String answer : List.of("", "-1", "1e9", "123456789012345678")) {
            assertThrows(IllegalStateException.class, () -> RedisStore.sum(answer), answer);
        }
    }
}
