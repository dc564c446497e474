package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.sigv4.AwsCredentials;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RefreshingCredentialsTest {
    private final ManualTime time = new ManualTime();
    private final FakeProvider fetch = new FakeProvider(time);

    private RefreshingCredentials immediate() {
        return new RefreshingCredentials("default", fetch, time.immediate()).start();
    }

    private RefreshingCredentials heldBack() {
        return new RefreshingCredentials("default", fetch, time.heldBack()).start();
    }

    private static AwsCredentials credentials(Credentials credentials) {
        return assertInstanceOf(Credentials.Usable.class, credentials, credentials.toString())
                .value();
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
        RefreshingCredentials provider = heldBack();
        assertTrue(reason(provider.current()).contains("first fetch"), reason(provider.current()));
    }

    @Test
    void everyWaiterSharesOneFetch() {
        RefreshingCredentials provider = heldBack();
        CompletionStage<Credentials> one = provider.await();
        CompletionStage<Credentials> two = provider.await();
        CompletionStage<Credentials> three = provider.refresh(FakeProvider.credentials(9));
        assertFalse(done(one));
        assertEquals(1, time.fetchesWaiting());
        time.runFetch();
        assertEquals(FakeProvider.credentials(1), credentials(now(one)));
        assertEquals(FakeProvider.credentials(1), credentials(now(two)));
        assertEquals(FakeProvider.credentials(1), credentials(now(three)));
        assertEquals(1, fetch.calls);
    }

    @Test
    void aWaiterCannotCompleteTheStageForTheOthers() {
        RefreshingCredentials provider = heldBack();
        provider.await().toCompletableFuture().complete(new Credentials.Missing("mine"));
        CompletionStage<Credentials> other = provider.await();
        assertFalse(done(other));
        time.runFetch();
        assertEquals(FakeProvider.credentials(1), credentials(now(other)));
    }

    @Test
    void refreshesWithAFifthOfTheLifetimeLeft() {
        RefreshingCredentials provider = immediate();
        time.advance(Duration.ofMinutes(48).minusSeconds(1));
        assertEquals(1, fetch.calls);
        time.advance(Duration.ofSeconds(1));
        assertEquals(2, fetch.calls);
        assertEquals(FakeProvider.credentials(2), credentials(provider.current()));
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
        RefreshingCredentials provider = immediate();
        time.advance(Duration.ofMinutes(5));
        assertEquals(FakeProvider.credentials(2), credentials(provider.current()));
        assertEquals(Optional.empty(), ((Credentials.Usable) provider.current()).expiry());
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
        RefreshingCredentials provider = immediate();
        fetch.failure = new FetchFailure("instance metadata: connect timed out");
        time.advance(Duration.ofHours(1).minusMillis(1));
        assertEquals(FakeProvider.credentials(1), credentials(provider.current()));
        time.advance(Duration.ofMillis(1));
        String reason = reason(provider.current());
        assertTrue(reason.contains("fake expired at 2026-03-01T13:00:00Z"), reason);
        assertTrue(reason.contains("instance metadata: connect timed out"), reason);
    }

    @Test
    void failsQuicklyWhileBackingOffAndRecoversByItself() {
        fetch.failure = new FetchFailure("down");
        RefreshingCredentials provider = immediate();
        assertTrue(reason(now(provider.await())).contains("down"));
        assertEquals(1, fetch.calls);
        fetch.failure = null;
        time.advance(Duration.ofSeconds(1));
        assertEquals(FakeProvider.credentials(2), credentials(provider.current()));
        assertEquals(Optional.empty(), provider.status().fetches().lastError());
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
        RefreshingCredentials provider = immediate();
        assertEquals(FakeProvider.credentials(2), credentials(now(provider.refresh(FakeProvider.credentials(1)))));
        assertEquals(FakeProvider.credentials(2), credentials(now(provider.refresh(FakeProvider.credentials(2)))));
        time.advance(Duration.ofSeconds(30).minusMillis(1));
        assertEquals(FakeProvider.credentials(2), credentials(now(provider.refresh(FakeProvider.credentials(2)))));
        assertEquals(2, fetch.calls);
        time.advance(Duration.ofMillis(1));
        assertEquals(FakeProvider.credentials(3), credentials(now(provider.refresh(FakeProvider.credentials(2)))));
    }

    @Test
    void forcedRefreshOfKeysThatAreOldNewsFetchesNothing() {
        RefreshingCredentials provider = immediate();
        provider.refresh(FakeProvider.credentials(1));
        time.advance(Duration.ofMinutes(1));
        assertEquals(FakeProvider.credentials(2), credentials(now(provider.refresh(FakeProvider.credentials(1)))));
        assertEquals(2, fetch.calls);
    }

    @Test
    void forcedRefreshThatFailsKeepsWhatIsAtHand() {
        RefreshingCredentials provider = immediate();
        fetch.failure = new FetchFailure("down");
        assertEquals(FakeProvider.credentials(1), credentials(now(provider.refresh(FakeProvider.credentials(1)))));
        assertEquals(1, provider.status().fetches().failures());
    }

    @Test
    void aClockSetBackDoesNotForbidForcedRefreshes() {
        RefreshingCredentials provider = immediate();
        provider.refresh(FakeProvider.credentials(1));
        time.leap(Duration.ofMinutes(-10));
        assertEquals(FakeProvider.credentials(3), credentials(now(provider.refresh(FakeProvider.credentials(2)))));
    }

    @Test
    void aWaiterFetchesWhenTheClockLeapsPastExpiry() {
        RefreshingCredentials provider = immediate();
        time.leap(Duration.ofHours(2));
        assertInstanceOf(Credentials.Missing.class, provider.current());
        assertEquals(FakeProvider.credentials(2), credentials(now(provider.await())));
    }

    @Test
    void keysThatCameExpiredAreAFailureThatNamesTheClock() {
        fetch.lifetime = Duration.ZERO;
        RefreshingCredentials provider = immediate();
        assertTrue(reason(provider.current()).contains("this machine's clock"), reason(provider.current()));
        time.advance(Duration.ofSeconds(3));
        assertEquals(3, fetch.calls);
    }

    @Test
    void aStuckFetchIsGivenUpAndTheNextOneRuns() {
        RefreshingCredentials provider = heldBack();
        CompletionStage<Credentials> waiting = provider.await();
        time.advance(Duration.ofSeconds(10));
        assertTrue(reason(now(waiting)).contains("no answer within 10 s"), reason(now(waiting)));
        time.advance(Duration.ofSeconds(1));
        assertEquals(2, time.fetchesWaiting());
        time.runFetch();
        assertEquals(0, fetch.calls, "what was given up before it began is not run");
        time.runFetch();
        assertEquals(FakeProvider.credentials(1), credentials(provider.current()));
    }

    @Test
    void whatASlowFetchBringsAfterItWasGivenUpIsUsed() {
        fetch.meanwhile = () -> time.advance(Duration.ofSeconds(10));
        RefreshingCredentials provider = immediate();
        assertEquals(FakeProvider.credentials(1), credentials(provider.current()));
        assertEquals(1, provider.status().fetches().failures());
        assertEquals(1, provider.status().fetches().refreshes());
        assertTrue(Thread.interrupted(), "the fetch was interrupted");
    }

    @Test
    void fetchesThatHangAreBounded() {
        FakeProvider hanging = new FakeProvider(time);
        // Each fetch, while it hangs, lets the time pass in which it is given up and the next begins.
        hanging.meanwhile = () -> {
            if (hanging.calls < 10) {
                time.advance(Duration.ofSeconds(60));
            }
        };
        RefreshingCredentials provider = new RefreshingCredentials("default", hanging, time.immediate()).start();
        Thread.interrupted();
        assertEquals(3, hanging.calls);
        assertTrue(provider.status().fetches().refreshes() > 0);
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
        RefreshingCredentials provider = immediate();
        fetch.failure = new IllegalStateException(
                "refused canary-secret-1 and canary-token-1\nin {\"SecretAccessKey\" :" + " \"other-canary\"}");
        time.advance(Duration.ofHours(1));
        String told = reason(provider.current()) + provider.status() + fetch.failure.getClass();
        assertFalse(told.contains("canary"), told);
        assertFalse(told.contains("\n"), told);
        assertTrue(told.contains("[redacted]"), told);
    }

    @Test
    void closingEndsTheRefreshingButNotTheServing() {
        RefreshingCredentials provider = immediate();
        provider.close();
        time.advance(Duration.ofMinutes(59));
        assertEquals(FakeProvider.credentials(1), credentials(provider.current()));
        assertEquals(FakeProvider.credentials(1), credentials(now(provider.refresh(FakeProvider.credentials(1)))));
        time.advance(Duration.ofMinutes(1));
        assertInstanceOf(Credentials.Missing.class, now(provider.await()));
        assertEquals(1, fetch.calls);
    }

    @Test
    void statusCountsAndDates() {
        RefreshingCredentials provider = immediate();
        time.advance(Duration.ofMinutes(48));
        CredentialsStatus status = provider.status();
        assertEquals(2, status.fetches().refreshes());
        assertEquals(
                Optional.of(ManualTime.START.plus(Duration.ofMinutes(48))),
                status.fetches().lastSuccess());
        assertEquals(Optional.of(ManualTime.START.plus(Duration.ofMinutes(108))), status.expiry());
        assertTrue(status.usable());
    }
}
