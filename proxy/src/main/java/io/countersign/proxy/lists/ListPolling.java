package io.countersign.proxy.lists;

import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.credentials.CredentialsConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for all lists every {@code access.poll}, spread by a tenth so that many instances do not ask at once; for one that was
 * never here sooner, and later each time. On one thread of its own.
 */
public final class ListPolling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListPolling.class);
    private static final long FIRST_RETRY_SECONDS = 2;
    private static final int MAX_DOUBLINGS = 10;

    private final FetchedLists lists;
    private final Clock clock;
    private final Runnable changed;
    private ScheduledExecutorService executor;
    private Wanted wanted;
    private Instant due = Instant.MAX;
    private int attempts;
    private boolean closed;

    private record Wanted(RemoteLists settings, CredentialsConfig signing) {}

    /** @param changed runs when a list has changed, on the thread that asks */
    public ListPolling(FetchedLists lists, Clock clock, Runnable changed) {
        this.lists = lists;
        this.clock = clock;
        this.changed = changed;
    }

    /** From now on these, the first time after one interval; a thread is there once there are any. */
    // What goes wrong in a round is logged there, and closing ends the executor with all that it runs.
    @SuppressWarnings("FutureReturnValueIgnored")
    public synchronized void use(RemoteLists settings, CredentialsConfig signing) {
        if (closed) {
            return;
        }
        Wanted next = new Wanted(settings, signing);
        boolean other = !next.equals(wanted);
        // Also one that is equal: it may have less room.
        wanted = next;
        if (other) {
            attempts = 0;
            due = clock.instant().plus(interval(settings));
        }
        if (executor == null && !settings.lists().isEmpty()) {
            executor = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "countersign-lists");
                thread.setDaemon(true);
                return thread;
            });
            executor.scheduleWithFixedDelay(this::guarded, 1, 1, TimeUnit.SECONDS);
        }
    }

    private synchronized Duration interval(RemoteLists settings) {
        Duration poll = settings.poll();
        if (settings.lists().stream().anyMatch(list -> lists.of(list).isEmpty())) {
            Duration retry = Duration.ofSeconds(FIRST_RETRY_SECONDS << Math.min(attempts++, MAX_DOUBLINGS));
            poll = retry.compareTo(poll) < 0 ? retry : poll;
        } else {
            attempts = 0;
        }
        return Duration.ofMillis((long)
                (poll.toMillis() * (0.9 + 0.2 * ThreadLocalRandom.current().nextDouble())));
    }

    private synchronized Wanted dueNow() {
        return wanted != null && !clock.instant().isBefore(due) ? wanted : null;
    }

    private synchronized void askedFor(Wanted asked) {
        if (asked.equals(wanted)) {
            due = clock.instant().plus(interval(asked.settings()));
        }
    }

    /** A scheduled task that throws is never run again, and then no list would be asked for any more. */
    private void guarded() {
        Wanted now = dueNow();
        if (now == null) {
            return;
        }
        try {
            lists.fetch(now.settings().lists(), now.settings(), now.signing(), changed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("lists: asking for them failed; those in force stay, and they are asked for again", e);
        } finally {
            askedFor(now);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (executor != null) {
            executor.shutdownNow();
        }
    }
}
