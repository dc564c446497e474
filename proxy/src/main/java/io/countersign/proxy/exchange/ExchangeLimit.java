package io.countersign.proxy.exchange;

import java.time.Duration;

/**
 * The time that an exchange has for all but its body: a stopwatch that stands while the body is on its way, which has limits
 * of its own.
 */
final class ExchangeLimit {
    private final Deadline deadline;
    private final Runnable past;
    private long left;
    private long since;
    private boolean running;

    /** Stands until {@link #run}. */
    ExchangeLimit(Deadline deadline, Duration limit, Runnable past) {
        this.deadline = deadline;
        this.past = past;
        this.left = limit.toNanos();
    }

    /** Lets the time run, or run on; it is the connection's one deadline until another is armed. */
    void run() {
        long now = deadline.now();
        if (running) {
            left -= now - since;
        }
        running = true;
        since = now;
        deadline.arm(left, past);
    }

    /** Lets the time run on while the exchange waits for its turn, which has a limit of its own. */
    void runWaiting(long maxNanos, Runnable tooLong) {
        run();
        if (maxNanos < left) {
            deadline.arm(Math.max(maxNanos, 0), tooLong);
        }
    }

    /** Stops the watch, and with it the deadline. */
    void stand() {
        if (running) {
            left -= deadline.now() - since;
            running = false;
            deadline.disarm();
        }
    }
}
