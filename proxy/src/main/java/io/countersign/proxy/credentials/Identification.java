package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * To whom one named set of credentials belongs, where nobody has said so along with them: asked when somebody wants to know, once for
 * each key, by a fetch thread, and again a while after it failed. One question at most is under way. Nothing waits for the answer, and
 * no signature depends on it.
 */
final class Identification {
    static final Duration AGAIN = Duration.ofMinutes(10);
    static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String UNDER_WAY = "STS is being asked";

    private final Asking asking;
    private final Clock clock;
    private final Executor threads;

    // Guarded by this.
    private String key = "";
    private Principal found = Principal.UNKNOWN;
    private Instant asked = Instant.MIN;
    private boolean underWay;

    /** Asks to whom credentials belong. Blocks; what it can't find out is the reason of the principal, without a secret. */
    @FunctionalInterface
    interface Asking {
        Principal ask(AwsCredentials credentials);
    }

    Identification(Asking asking, RefreshRuntime runtime) {
        this.asking = asking;
        this.clock = runtime.clock();
        this.threads = runtime.fetchThreads();
    }

    /** What is known of these by now. Any thread; blocks for nothing. */
    synchronized Principal of(AwsCredentials credentials) {
        Instant now = clock.instant();
        boolean other = !key.equals(credentials.accessKeyId());
        boolean again = found.arn().isEmpty() && !asked.plus(AGAIN).isAfter(now);
        if ((other || again) && !underWay) {
            key = credentials.accessKeyId();
            found = Principal.UNKNOWN.unknown(UNDER_WAY);
            asked = now;
            begin(credentials);
        } else if (other) {
            return Principal.UNKNOWN.unknown(UNDER_WAY);
        } else if (underWay && !asked.plus(LIMIT).isAfter(now)) {
            return Principal.UNKNOWN.unknown("no answer of STS within " + LIMIT.toSeconds() + " s");
        }
        return found;
    }

    private void begin(AwsCredentials credentials) {
        underWay = true;
        try {
            threads.execute(() -> {
                Principal answer = Principal.UNKNOWN.unknown("STS could not be asked, by a fault of our own");
                try {
                    answer = asking.ask(credentials);
                } finally {
                    end(answer);
                }
            });
        } catch (RejectedExecutionException e) {
            underWay = false;
            found = Principal.UNKNOWN.unknown("no fetch thread was free");
        }
    }

    private synchronized void end(Principal answer) {
        underWay = false;
        found = answer;
    }
}
