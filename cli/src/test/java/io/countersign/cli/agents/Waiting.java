package io.countersign.cli.agents;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process does, by asking again and again until a deadline. */
public final class Waiting {
    /** Far more than anything here takes, since the machine may be busy. */
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    private Waiting() {}

    /** A question to another process; one that does not answer has not got there yet. */
    public interface Question {
        boolean ask() throws IOException;
    }

    public static void until(String what, Question question) {
        long start = System.nanoTime();
        IOException last = null;
        while (System.nanoTime() - start < DEADLINE.toNanos()) {
            try {
                if (question.ask()) {
                    return;
                }
                last = null;
            } catch (IOException notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(PAUSE);
        }
        throw new AssertionError("waited " + DEADLINE + " in vain for: " + what, last);
    }
}
