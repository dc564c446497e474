package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.sigv4.AwsKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RefreshingSourceTest {
    private final ManualTime time = new ManualTime();
    private final FakeFetch fetch = new FakeFetch(time);

    private RefreshingSource immediate() {
        return new RefreshingSource("default", fetch, time.immediate()).start();
    }

    private RefreshingSource heldBack() {
        return new RefreshingSource("default", fetch, time.heldBack()).start();
    }

    private static AwsKeys keys(Credentials credentials) {
        return assertInstanceOf(Credentials.Usable.class, credentials, credentials.toString())
                .keys();
    }

    private static String reason(Credentials credentials) {
        return assertInstanceOf(Credentials.Missing.class, credentials).reason();
    }

    private static Credentials now(CompletionStage<Credentials> stage) {
        return stage.toCompletableFuture().getNow(null);
    }

    private static boolean done(CompletionStage<Credentials> stage) {
        return stage.toCompletableFuture().isDone();
    }

    @Test
    void saysThatTheFirstFetchIsUnderWay() {
        RefreshingSource source = heldBack();
        assertTrue(reason(source.current()).contains("first fetch"), reason(source.current()));
    }

    @Test
    void everyWaiterSharesOneFetch() {
        RefreshingSource source = heldBack();
        CompletionStage<Credentials> one = source.await();
        CompletionStage<Credentials> two = source.await();
        CompletionStage<Credentials> three = source.refresh(FakeFetch.keys(9));
        assertFalse(done(one));
        assertEquals(1, time.fetchesWaiting());
        time.runFetch();
        assertEquals(FakeFetch.keys(1), keys(now(one)));
        assertEquals(FakeFetch.keys(1), keys(now(two)));
        assertEquals(FakeFetch.keys(1), keys(now(three)));
        assertEquals(1, fetch.calls);
    }

    @Test
    void aWaiterCannotCompleteTheStageForTheOthers() {
        RefreshingSource source = heldBack();
        source.await().toCompletableFuture().complete(new Credentials.Missing("mine"));
        CompletionStage<Credentials> other = source.await();
        assertFalse(done(other));
        time.runFetch();
        assertEquals(FakeFetch.keys(1), keys(now(other)));
    }

    @Test
    void refreshesWithAFifthOfTheLifetimeLeft() {
        RefreshingSource source = immediate();
        time.advance(Duration.ofMinutes(48).minusSeconds(1));
        assertEquals(1, fetch.calls);
        time.advance(Duration.ofSeconds(1));
        assertEquals(2, fetch.calls);
        assertEquals(FakeFetch.keys(2), keys(source.current()));
    }

    @Test
    void refreshesShortLivedKeysFiveMinutesAhead() {
        fetch.lifetime = Duration.ofMinutes(15);
        immediate();
        time.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertEquals(1, fetch.calls);
        time.advance(Duration.ofSeconds(1));
        assertEquals(2, fetch.calls);
    }

    @Test
    void oneFetchForEachLifetimeOverADay() {
        immediate();
        time.advance(Duration.ofHours(24));
        assertEquals(1 + 24 * 60 / 48, fetch.calls);
    }

    @Test
    void rereadsLongLivedKeysEveryFiveMinutes() {
        fetch.lifetime = null;
        RefreshingSource source = immediate();
        time.advance(Duration.ofMinutes(5));
        assertEquals(FakeFetch.keys(2), keys(source.current()));
        assertEquals(Optional.empty(), ((Credentials.Usable) source.current()).expiry());
    }

    @Test
    void neverAsksInAHotLoopForKeysThatAreAboutToExpire() {
        fetch.lifetime = Duration.ofSeconds(1);
        immediate();
        time.advance(Duration.ofMinutes(1));
        assertEquals(1 + 12, fetch.calls);
    }

    @Test
    void servesOnThroughAnOutageUntilExpiryThenSaysWhy() {
        RefreshingSource source = immediate();
        fetch.failure = new FetchFailure("instance metadata: connect timed out");
        time.advance(Duration.ofHours(1).minusMillis(1));
        assertEquals(FakeFetch.keys(1), keys(source.current()));
        time.advance(Duration.ofMillis(1));
        String reason = reason(source.current());
        assertTrue(reason.contains("fake expired at 2026-03-01T13:00:00Z"), reason);
        assertTrue(reason.contains("instance metadata: connect timed out"), reason);
    }

    @Test
    void failsQuicklyWhileBackingOffAndRecoversByItself() {
        fetch.failure = new FetchFailure("down");
        RefreshingSource source = immediate();
        assertTrue(reason(now(source.await())).contains("down"));
        assertEquals(1, fetch.calls);
        fetch.failure = null;
        time.advance(Duration.ofSeconds(1));
        assertEquals(FakeFetch.keys(2), keys(source.current()));
        assertEquals(Optional.empty(), source.status().lastError());
    }

    @Test
    void backsOffFromOneSecondToThirty() {
        fetch.failure = new FetchFailure("down");
        immediate();
        int calls = 1;
        for (int wait : new int[] {1, 2, 4, 8, 16, 30, 30, 30}) {
            time.advance(Duration.ofSeconds(wait).minusMillis(1));
            assertEquals(calls, fetch.calls, "before " + wait + " s");
            time.advance(Duration.ofMillis(1));
            assertEquals(++calls, fetch.calls, "after " + wait + " s");
        }
    }

    @Test
    void forcedRefreshFetchesAtMostOnceInThirtySeconds() {
        RefreshingSource source = immediate();
        assertEquals(FakeFetch.keys(2), keys(now(source.refresh(FakeFetch.keys(1)))));
        assertEquals(FakeFetch.keys(2), keys(now(source.refresh(FakeFetch.keys(2)))));
        time.advance(Duration.ofSeconds(30).minusMillis(1));
        assertEquals(FakeFetch.keys(2), keys(now(source.refresh(FakeFetch.keys(2)))));
        assertEquals(2, fetch.calls);
        time.advance(Duration.ofMillis(1));
        assertEquals(FakeFetch.keys(3), keys(now(source.refresh(FakeFetch.keys(2)))));
    }

    @Test
    void forcedRefreshOfKeysThatAreOldNewsFetchesNothing() {
        RefreshingSource source = immediate();
        source.refresh(FakeFetch.keys(1));
        time.advance(Duration.ofMinutes(1));
        assertEquals(FakeFetch.keys(2), keys(now(source.refresh(FakeFetch.keys(1)))));
        assertEquals(2, fetch.calls);
    }

    @Test
    void forcedRefreshThatFailsKeepsWhatIsAtHand() {
        RefreshingSource source = immediate();
        fetch.failure = new FetchFailure("down");
        assertEquals(FakeFetch.keys(1), keys(now(source.refresh(FakeFetch.keys(1)))));
        assertEquals(1, source.status().failures());
    }

    @Test
    void aClockSetBackDoesNotForbidForcedRefreshes() {
        RefreshingSource source = immediate();
        source.refresh(FakeFetch.keys(1));
        time.leap(Duration.ofMinutes(-10));
        assertEquals(FakeFetch.keys(3), keys(now(source.refresh(FakeFetch.keys(2)))));
    }

    @Test
    void aWaiterFetchesWhenTheClockLeapsPastExpiry() {
        RefreshingSource source = immediate();
        time.leap(Duration.ofHours(2));
        assertInstanceOf(Credentials.Missing.class, source.current());
        assertEquals(FakeFetch.keys(2), keys(now(source.await())));
    }

    @Test
    void keysThatCameExpiredAreAFailureThatNamesTheClock() {
        fetch.lifetime = Duration.ZERO;
        RefreshingSource source = immediate();
        assertTrue(reason(source.current()).contains("this machine's clock"), reason(source.current()));
        time.advance(Duration.ofSeconds(3));
        assertEquals(3, fetch.calls);
    }

    @Test
    void aStuckFetchIsGivenUpAndTheNextOneRuns() {
        RefreshingSource source = heldBack();
        CompletionStage<Credentials> waiting = source.await();
        time.advance(Duration.ofSeconds(10));
        assertTrue(reason(now(waiting)).contains("no answer within 10 s"), reason(now(waiting)));
        time.advance(Duration.ofSeconds(1));
        assertEquals(2, time.fetchesWaiting());
        time.runFetch();
        assertEquals(0, fetch.calls, "what was given up before it began is not run");
        time.runFetch();
        assertEquals(FakeFetch.keys(1), keys(source.current()));
    }

    @Test
    void whatASlowFetchBringsAfterItWasGivenUpIsUsed() {
        fetch.meanwhile = () -> time.advance(Duration.ofSeconds(10));
        RefreshingSource source = immediate();
        assertEquals(FakeFetch.keys(1), keys(source.current()));
        assertEquals(1, source.status().failures());
        assertEquals(1, source.status().refreshes());
        assertTrue(Thread.interrupted(), "the fetch was interrupted");
    }

    @Test
    void fetchesThatHangAreBounded() {
        FakeFetch hanging = new FakeFetch(time);
        // Each fetch, while it hangs, lets the time pass in which it is given up and the next begins.
        hanging.meanwhile = () -> {
            if (hanging.calls < 10) {
                time.advance(Duration.ofSeconds(60));
            }
        };
        RefreshingSource source = new RefreshingSource("default", hanging, time.immediate()).start();
        Thread.interrupted();
        assertEquals(3, hanging.calls);
        assertTrue(source.status().refreshes() > 0);
    }

    @Test
    void anErrorInAProviderIsAReasonToo() {
        fetch.meanwhile = () -> {
            throw new NoClassDefFoundError("software/amazon/Missing");
        };
        assertTrue(reason(immediate().current()).contains("software/amazon/Missing"));
    }

    @Test
    void neverTellsASecretThatAFailureRepeats() {
        RefreshingSource source = immediate();
        fetch.failure = new IllegalStateException(
                "refused canary-secret-1 and canary-token-1\nin {\"SecretAccessKey\" :" + " \"other-canary\"}");
        time.advance(Duration.ofHours(1));
        String told = reason(source.current()) + source.status() + fetch.failure.getClass();
        assertFalse(told.contains("canary"), told);
        assertFalse(told.contains("\n"), told);
        assertTrue(told.contains("[redacted]"), told);
    }

    @Test
    void closingEndsTheRefreshingButNotTheServing() {
        RefreshingSource source = immediate();
        source.close();
        time.advance(Duration.ofMinutes(59));
        assertEquals(FakeFetch.keys(1), keys(source.current()));
        assertEquals(FakeFetch.keys(1), keys(now(source.refresh(FakeFetch.keys(1)))));
        time.advance(Duration.ofMinutes(1));
        assertInstanceOf(Credentials.Missing.class, now(source.await()));
        assertEquals(1, fetch.calls);
    }

    @Test
    void statusCountsAndDates() {
        RefreshingSource source = immediate();
        time.advance(Duration.ofMinutes(48));
        SourceStatus status = source.status();
        assertEquals(2, status.refreshes());
        assertEquals(Optional.of(ManualTime.START.plus(Duration.ofMinutes(48))), status.lastSuccess());
        assertEquals(Optional.of(ManualTime.START.plus(Duration.ofMinutes(108))), status.expiry());
        assertTrue(status.usable());
    }
}
