package io.countersign.gateway.quota;

import io.countersign.proxy.secrets.Printable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in touch with the store that replicas share, on a thread of its own: fetches what quotas ask for, exchanges daily counts once
 * a second, and connects again, at ever longer intervals, for as long as the store is away.
 */
final class SharedLink {
    private static final Logger LOG = LoggerFactory.getLogger(SharedLink.class);

    private static final long ANSWER_MILLIS = 1000;
    private static final long CONNECT_MILLIS = 3000;
    private static final long MIN_PAUSE_MILLIS = 100;
    private static final long MAX_PAUSE_MILLIS = 5000;

    /** A connection that has lasted this long was a good one. */
    private static final Duration GOOD = Duration.ofSeconds(10);

    /** Counts that have not changed here may have elsewhere. */
    private static final int TICKS_BETWEEN_QUIET_COUNTS = 3;

    private final StoreAddress address;
    private final Supplier<SharedStore.Connector> connectors;
    private final String replica;
    private final LongSupplier nanos;
    private final ScheduledThreadPoolExecutor thread;

    private volatile State state = State.NEW;
    private final AtomicLong outages = new AtomicLong();

    // All that follows is for the thread alone.
    private List<SharedRequests> requests = List.of();
    private List<DailyCount> counts = List.of();
    private SharedStore.Connector connector;
    private SharedStore store;
    private long connectedAt;
    private long pause = MIN_PAUSE_MILLIS;
    private int ticks;
    private int attempt;

    private enum State {
        NEW,
        TOGETHER,
        AWAY,
        CLOSED
    }

    /** @param replica name of this process among all that use the store */
    SharedLink(StoreAddress address, Supplier<SharedStore.Connector> connectors, String replica, LongSupplier nanos) {
        this.address = address;
        this.connectors = connectors;
        this.replica = replica;
        this.nanos = nanos;
        this.thread = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread made = new Thread(task, "quotas");
                    made.setDaemon(true);
                    return made;
                },
                // A quota of a configuration that is no longer in force may still ask.
                new ThreadPoolExecutor.DiscardPolicy());
    }

    StoreAddress address() {
        return address;
    }

    /** Whether the store answers. */
    boolean together() {
        return state == State.TOGETHER;
    }

    /** How often it went away, and how often it could not be reached at the start. */
    long outages() {
        return outages.get();
    }

    /** These are in force now; connects if that has not been done. */
    void serve(List<SharedRequests> inForce, List<DailyCount> counting) {
        thread.execute(() -> {
            requests = inForce;
            counts = counting;
            if (store != null) {
                requests.forEach(SharedRequests::goOnTogether);
            } else if (connector == null) {
                connector = connectors.get();
                connect();
                thread.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
            }
        });
    }

    /** Ends it; a quota that somebody still asks goes on alone. */
    void close() {
        thread.execute(() -> {
            state = State.CLOSED;
            requests.forEach(SharedRequests::goOnAlone);
            if (connector != null) {
                // Ends the connection as well.
                connector.close();
            }
            thread.shutdownNow();
        });
    }

    /** Asks the store what this quota wants. Returns at once, on any thread. */
    void fetch(SharedRequests quota) {
        thread.execute(() -> {
            SharedStore.Ask ask = quota.ask();
            if (ask == null) {
                return;
            }
            if (store == null) {
                quota.goOnAlone();
            } else {
                answer(store.take(ask), given -> quota.answered(ask, given));
            }
        });
    }

    private void connect() {
        int mine = ++attempt;
        CompletableFuture<SharedStore> connecting =
                connector.connect(() -> thread.execute(() -> ended(mine, "the connection ended")));
        connecting
                .copy()
                .orTimeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                .whenCompleteAsync(
                        (made, fault) -> {
                            if (fault != null) {
                                connecting.thenAccept(SharedStore::close);
                                ended(mine, why(fault, CONNECT_MILLIS));
                            } else if (mine != attempt || state == State.CLOSED) {
                                made.close();
                            } else {
                                begin(made);
                            }
                        },
                        thread);
    }

    private void begin(SharedStore made) {
        store = made;
        connectedAt = nanos.getAsLong();
        state = State.TOGETHER;
        LOG.info("quotas are shared through {}", address);
        requests.forEach(SharedRequests::goOnTogether);
        exchange(true);
    }

    private void ended(int which, String why) {
        if (which != attempt || state == State.CLOSED) {
            return;
        }
        if (state != State.AWAY) {
            state = State.AWAY;
            outages.incrementAndGet();
            LOG.warn(
                    "quotas are not shared: {}: {}; until it answers, each replica goes on with its share (quotas.replicas)",
                    address,
                    why);
        }
        pause = store != null && nanos.getAsLong() - connectedAt > GOOD.toNanos()
                ? MIN_PAUSE_MILLIS
                : Math.min(MAX_PAUSE_MILLIS, 2 * pause);
        leave();
        attempt++;
        // Spread, or all replicas would come back at the same moment.
        long wait = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        thread.schedule(this::connect, wait, TimeUnit.MILLISECONDS);
    }

    private void leave() {
        if (store != null) {
            store.close();
            store = null;
        }
        requests.forEach(SharedRequests::goOnAlone);
    }

    private void tick() {
        if (store != null) {
            ticks++;
            answer(store.ping(), pong -> {});
            exchange(ticks % TICKS_BETWEEN_QUIET_COUNTS == 0);
        }
    }

    private void exchange(boolean all) {
        for (DailyCount count : counts) {
            DailyCount.Day day = count.today();
            if (all || day.hasMore()) {
                long own = day.own();
                answer(store.count(count.tenant(), day.date(), replica, own), sum -> day.heard(own, sum));
            }
        }
    }

    /** Without an answer in time, or with a fault, the store is away. */
    private <T> void answer(CompletableFuture<T> asked, Consumer<T> then) {
        int mine = attempt;
        asked.orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .whenCompleteAsync(
                        (answer, fault) -> {
                            if (fault == null) {
                                then.accept(answer);
                            } else {
                                ended(mine, why(fault, ANSWER_MILLIS));
                            }
                        },
                        thread);
    }

    private String why(Throwable fault, long limit) {
        Throwable cause = fault;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return "no answer within " + limit + " ms";
        }
        String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return Printable.of(address.masked(said));
    }
}
