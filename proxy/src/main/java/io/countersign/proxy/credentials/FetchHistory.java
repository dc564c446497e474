package io.countersign.proxy.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How the fetches of one set of credentials have gone. Guarded by its owner's lock. */
final class FetchHistory {
    /** The same failure is logged again this often. */
    private static final Duration REPEATED_WARNING_GAP = Duration.ofMinutes(5);

    private Instant lastSuccess;
    private Instant lastWarning;
    private String lastError;
    private int failuresInRow;
    private long refreshes;
    private long failures;

    void succeeded(Instant now) {
        refreshes++;
        lastSuccess = now;
        failuresInRow = 0;
        lastError = null;
        lastWarning = null;
    }

    /** Returns whether the failure is to be logged: it is another one than the last, or that was logged long ago. */
    boolean failed(Instant now, String error) {
        failures++;
        failuresInRow++;
        boolean news = lastWarning == null
                || !error.equals(lastError)
                || Duration.between(lastWarning, now).abs().compareTo(REPEATED_WARNING_GAP) >= 0;
        lastError = error;
        if (news) {
            lastWarning = now;
        }
        return news;
    }

    int failuresInRow() {
        return failuresInRow;
    }

    /** Of the last fetch; null when it succeeded, or when there was none. */
    String lastError() {
        return lastError;
    }

    CredentialsStatus.Fetches fetches() {
        return new CredentialsStatus.Fetches(
                refreshes, failures, Optional.ofNullable(lastSuccess), Optional.ofNullable(lastError));
    }
}
