package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One replica of two; the store is played by the test. Its batch is 20: 10 held and 10 owed. */
class SharedRequestsTest {
    private static final RequestLimit LIMIT = new RequestLimit(Rate.parse("10/s"), 160);

    private final AtomicLong nanos = new AtomicLong(7);
    private final Deque<SharedRequests> fetches = new ArrayDeque<>();
    private final SharedRequests quota = new SharedRequests("payments", LIMIT, 2, nanos::get, fetches::add);

    private int granted(int attempts) {
        int granted = 0;
        for (int i = 0; i < attempts; i++) {
            granted += quota.take().granted() ? 1 : 0;
        }
        return granted;
    }

    private SharedCounts.Ask answer(long permits, Duration wait) {
        assertEquals(1, fetches.size());
        fetches.clear();
        SharedCounts.Ask ask = quota.ask();
        assertNotNull(ask);
        quota.answered(ask, new SharedCounts.Given(permits, wait.toNanos(), "1"));
        return ask;
    }

    private void together() {
        quota.goOnTogether();
        assertEquals(0, fetches.size());
    }

    @Test
    void aBatchIsAQuarterOfTheShareButASmallShareAsAWhole() {
        assertEquals(20, LIMIT.batch(2));
        assertEquals(16, new RequestLimit(Rate.parse("10/s"), 40).batch(2));
        assertEquals(5, new RequestLimit(Rate.parse("10/s"), 10).batch(2));
        assertEquals(2, new RequestLimit(Rate.parse("10/s"), 1).batch(2));
    }

    @Test
    void givesOutABatchAtMostBeforeTheStoreAnswers() {
        together();
        assertEquals(10, granted(100));
        assertEquals(1, fetches.size(), "one fetch at a time");
        assertEquals(1, quota.take().retryAfter());
        SharedCounts.Ask ask = answer(10, Duration.ZERO);
        assertEquals(10, ask.wanted());
        assertEquals(1, ask.owed(), "nine more were given out after the fetch had been asked for");
    }

    @Test
    void paysWhatItOwesOutOfWhatItGets() {
        together();
        assertEquals(10, granted(100));
        answer(10, Duration.ZERO);
        // One was paid for with the fetch, nine are now, so that one is left; ten more may be owed again.
        assertEquals(1 + 10, granted(100));
        assertEquals(10, quota.ask().wanted());
    }

    @Test
    void fetchesAheadOfNeed() {
        together();
        granted(1);
        answer(10, Duration.ZERO);
        assertEquals(4, granted(4));
        assertEquals(0, fetches.size());
        assertEquals(1, granted(1));
        assertEquals(1, fetches.size());
        assertEquals(5, answer(5, Duration.ZERO).wanted());
    }

    @Test
    void refusesWhileTheStoreHasNone() {
        together();
        granted(1);
        answer(0, Duration.ofMillis(80));
        Permit refused = quota.take();
        assertFalse(refused.granted());
        assertEquals(Duration.ofMillis(80), refused.untilNext());
        assertEquals(0, fetches.size(), "not asked again before that");
        nanos.addAndGet(refused.waitNanos());
        assertTrue(quota.take().granted());
        assertEquals(1, fetches.size());
    }

    @Test
    void aStoreThatHasNoneIsNotAskedAllTheTime() {
        together();
        granted(1);
        answer(0, Duration.ofNanos(1));
        assertEquals(Duration.ofMillis(20), quota.take().untilNext());
    }

    /** A share begins with what may be owed, not with a full burst, which may be used up already elsewhere. */
    @Test
    void goesOnWithItsShareWhenTheStoreIsAway() {
        together();
        granted(4);
        quota.goOnAlone();
        fetches.clear();
        assertEquals(6, granted(100));
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(10, granted(100));
        assertEquals(Duration.ofMillis(200), quota.take().untilNext());
        nanos.addAndGet(Duration.ofMinutes(10).toNanos());
        assertEquals(80, granted(1000));
        assertEquals(0, fetches.size(), "nobody to ask");
    }

    @Test
    void whatIsHeldIsUsedFirstWhenTheStoreIsAway() {
        together();
        granted(1);
        answer(10, Duration.ZERO);
        quota.goOnAlone();
        assertEquals(10 + 10, granted(100));
    }

    @Test
    void paysWhenTheStoreIsBack() {
        together();
        granted(4);
        quota.goOnAlone();
        fetches.clear();
        granted(6);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(10, granted(10));
        quota.goOnTogether();
        assertEquals(4 + 6 + 10, answer(0, Duration.ofSeconds(1)).owed());
    }

    @Test
    void paysNothingForWhatItsShareHasRefilledMeanwhile() {
        quota.goOnAlone();
        granted(10);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        quota.goOnTogether();
        assertEquals(0, fetches.size());
    }

    @Test
    void anAnswerThatComesTooLateChangesNothing() {
        together();
        granted(1);
        SharedCounts.Ask ask = quota.ask();
        quota.goOnAlone();
        assertNull(quota.ask());
        quota.answered(ask, new SharedCounts.Given(10, 0, "1"));
        assertEquals(9, granted(100));
    }

    @Test
    void beginsWithWhatMayBeOwedBeforeTheStoreIsReached() {
        assertEquals(10, granted(100));
    }
}
