package io.countersign.gateway.shared;

import io.countersign.proxy.secrets.Printable;
import java.time.Duration;
import java.util.ArrayList;
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
 * Keeps in touch with the store that replicas share, on a thread of its own, for all who share something through it; connects again,
 * at ever longer intervals, for as long as the store is away.
 *
 * @param <S> a connection to the store
 */
public final class SharedLink<S extends StoreConnection> {
    private static final Logger LOG = LoggerFactory.getLogger(SharedLink.class);

    /** How often a second users are called. */
    public static final int TICKS = 2;

    private static final long ANSWER_MILLIS = 1000;
    private static final long CONNECT_MILLIS = 3000;
    private static final long MIN_PAUSE_MILLIS = 100;
    private static final long MAX_PAUSE_MILLIS = 5000;

    /** A connection that has lasted this long was a good one. */
    private static final Duration GOOD = Duration.ofSeconds(10);

    private final StoreAddress address;
    private final Supplier<StoreConnection.Connector<S>> connectors;
    private final LongSupplier nanos;
    private final ScheduledThreadPoolExecutor thread;

    private volatile State state = State.NEW;
    private final AtomicLong outages = new AtomicLong();

    // All that follows is for the thread alone.
    private final List<LinkUser<? super S>> users = new ArrayList<>();
    private StoreConnection.Connector<S> connector;
    private S store;
    private long connectedAt;
    private long pause = MIN_PAUSE_MILLIS;
    private int attempt;

    private enum State {
        NEW,
        TOGETHER,
        AWAY,
        CLOSED
    }

    /** @param connectors asked on the link's thread, when it is first used */
    SharedLink(StoreAddress address, Supplier<StoreConnection.Connector<S>> connectors, LongSupplier nanos) {
        this.address = address;
        this.connectors = connectors;
        this.nanos = nanos;
        this.thread = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread made = new Thread(task, "replicas");
                    made.setDaemon(true);
                    return made;
                },
                // Something of a configuration that is no longer in force may still ask.
                new ThreadPoolExecutor.DiscardPolicy());
    }

    StoreAddress address() {
        return address;
    }

    /** Whether the store answers. */
    public boolean together() {
        return state == State.TOGETHER;
    }

    /** How often it went away, and how often it could not be reached at the start. */
    public long outages() {
        return outages.get();
    }

    /** Runs on the link's thread; not at all once that has ended. Returns at once. */
    public void run(Runnable task) {
        thread.execute(() -> guarded(task));
    }

    /** A fault of one must not end the thread's work for the others. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a fault of ours in what replicas share", e);
        }
    }

    /** It shares something from now on. Connects if that has not been done. */
    public void join(LinkUser<? super S> user) {
        run(() -> {
            users.add(user);
            if (store != null) {
                user.together(new LiveSession(store, attempt));
            } else if (connector == null) {
                connector = connectors.get();
                connect();
                thread.scheduleWithFixedDelay(
                        () -> guarded(this::tick), 1000 / TICKS, 1000 / TICKS, TimeUnit.MILLISECONDS);
            }
        });
    }

    /** It shares nothing any more. */
    public void leave(LinkUser<? super S> user) {
        run(() -> {
            if (users.remove(user)) {
                user.apart();
            }
        });
    }

    /** Ends it; what somebody still asks for goes on alone. */
    void close() {
        thread.execute(() -> {
            state = State.CLOSED;
            users.forEach(user -> guarded(user::apart));
            if (connector != null) {
                // Ends the connection as well.
                connector.close();
            }
            thread.shutdownNow();
        });
    }

    private void connect() {
        int mine = ++attempt;
        CompletableFuture<S> connecting = connector.connect(() -> run(() -> ended(mine, "the connection ended")));
        connecting
                .copy()
                .orTimeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS)
                .whenCompleteAsync(
                        (made, fault) -> {
                            if (fault != null) {
                                connecting.thenAccept(StoreConnection::close);
                                ended(mine, why(fault, CONNECT_MILLIS));
                            } else if (mine != attempt || state == State.CLOSED) {
                                made.close();
                            } else {
                                begin(made);
                            }
                        },
                        thread);
    }

    private void begin(S made) {
        store = made;
        connectedAt = nanos.getAsLong();
        state = State.TOGETHER;
        LOG.info("quotas and approvals are shared with other replicas through {}", address);
        users.forEach(user -> guarded(() -> user.together(new LiveSession(made, attempt))));
    }

    private void ended(int which, String why) {
        if (which != attempt || state == State.CLOSED) {
            return;
        }
        if (state != State.AWAY) {
            state = State.AWAY;
            outages.incrementAndGet();
            LOG.warn(
                    "quotas and approvals are not shared with other replicas: {}: {}; until it answers, this replica goes on"
                            + " with its share of quotas (quotas.replicas) and with the approvals that it knows",
                    address,
                    why);
        }
        pause = store != null && nanos.getAsLong() - connectedAt > GOOD.toNanos()
                ? MIN_PAUSE_MILLIS
                : Math.min(MAX_PAUSE_MILLIS, 2 * pause);
        if (store != null) {
            store.close();
            store = null;
        }
        users.forEach(user -> guarded(user::apart));
        attempt++;
        // Spread, or all replicas would come back at the same moment.
        long wait = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        thread.schedule(() -> guarded(this::connect), wait, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        if (store != null) {
            new LiveSession(store, attempt).ask(store.ping(), pong -> {});
            users.forEach(user -> guarded(user::tick));
        }
    }

    /** One connection that was made. */
    private final class LiveSession implements LinkUser.Session<S> {
        private final S connection;
        private final int which;

        LiveSession(S connection, int which) {
            this.connection = connection;
            this.which = which;
        }

        @Override
        public S store() {
            return connection;
        }

        @Override
        public <T> void ask(CompletableFuture<T> asked, Consumer<T> then) {
            asked.orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                    .whenCompleteAsync(
                            (answer, fault) -> {
                                if (fault != null) {
                                    ended(which, why(fault, ANSWER_MILLIS));
                                } else if (which == attempt) {
                                    guarded(() -> then.accept(answer));
                                }
                            },
                            thread);
        }
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
