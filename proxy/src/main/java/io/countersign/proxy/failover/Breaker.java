package io.countersign.proxy.failover;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Whether requests may go to one upstream. It opens after some failures in a row; once it has cooled down, one request at a time tries
 * the upstream again, and the first that succeeds closes it.
 *
 * <p>Shared by all event loops, without a lock: each change is one compare-and-set of an immutable state, and whoever makes a change is
 * the one that reports it, so that each is reported once. A request that has begun before the state's last change decides nothing by
 * its end: else the stragglers of an outage would open what a probe has just closed.
 */
final class Breaker {
    /** A cool-down takes up to this much longer, so that many proxies do not come back at one moment. */
    static final double SPREAD = 0.2;

    private static final Change NOTHING = new Change(new Closed(0, 0), new Closed(0, 0));

    private final FailoverConfig config;
    private final LongSupplier ticker;
    private final DoubleSupplier random;
    private final Listener listener;
    private final AtomicReference<State> state = new AtomicReference<>(new Closed(0, 0));

    /** Hears of changes, on the loop that made them. */
    interface Listener {
        /** Requests are no longer let through, after the last of some failures. */
        void opened(String cause);

        /** They are again, after so long. */
        void closed(Duration after);
    }

    private sealed interface State {}

    /** @param epoch how often it has been closed before */
    private record Closed(long epoch, int failures) implements State {}

    /**
     * Nothing is let through.
     *
     * @param since it has been, trials included, on the ticker
     * @param until when, on the ticker
     */
    private record Open(long epoch, long since, long until) implements State {}

    /**
     * One request tries.
     *
     * @param began on the ticker; one that has not ended after a cool-down is not waited for
     */
    private record Probing(long epoch, long since, Pass probe, long began) implements State {}

    /**
     * @param ticker nanoseconds, from any origin
     * @param random from 0 to 1
     */
    Breaker(FailoverConfig config, LongSupplier ticker, DoubleSupplier random, Listener listener) {
        this.config = config;
        this.ticker = ticker;
        this.random = random;
        this.listener = listener;
    }

    /** Lets one request through; its pass is to be told how it went. Empty while the upstream is left out. */
    Optional<Pass> tryPass() {
        while (true) {
            State seen = state.get();
            if (seen instanceof Closed closed) {
                return Optional.of(new Pass(closed.epoch()));
            }
            long now = ticker.getAsLong();
            if (!isDue(seen, now)) {
                return Optional.empty();
            }
            Pass probe = new Pass(epoch(seen));
            if (state.compareAndSet(seen, new Probing(epoch(seen), since(seen), probe, now))) {
                return Optional.of(probe);
            }
        }
    }

    private boolean isDue(State seen, long now) {
        return seen instanceof Open open
                ? now - open.until() >= 0
                : now - ((Probing) seen).began() >= config.coolDown().toNanos();
    }

    /** For a page or a metric. */
    Condition condition() {
        State seen = state.get();
        return seen instanceof Closed ? Condition.CLOSED : seen instanceof Open ? Condition.OPEN : Condition.PROBING;
    }

    /** How long until a request may try the upstream; zero while requests are let through. */
    Duration untilTrial() {
        State seen = state.get();
        long until = seen instanceof Open open
                ? open.until() - ticker.getAsLong()
                : seen instanceof Probing probing
                        ? probing.began() + config.coolDown().toNanos() - ticker.getAsLong()
                        : 0;
        return Duration.ofNanos(Math.max(0, until));
    }

    private long cooledDown() {
        long coolDown = config.coolDown().toNanos();
        return ticker.getAsLong() + coolDown + (long) (coolDown * SPREAD * random.getAsDouble());
    }

    /** What one compare-and-set replaced, and by what; the same twice where there was nothing to change. */
    private record Change(State from, State to) {}

    @SuppressWarnings("ReferenceEquality") // the very state that was seen says that there is nothing to change
    private Change change(UnaryOperator<State> next) {
        while (true) {
            State seen = state.get();
            State to = next.apply(seen);
            if (to == seen) {
                return NOTHING;
            }
            if (state.compareAndSet(seen, to)) {
                return new Change(seen, to);
            }
        }
    }

    private static long epoch(State state) {
        return state instanceof Closed closed
                ? closed.epoch()
                : state instanceof Open open ? open.epoch() : ((Probing) state).epoch();
    }

    private static long since(State state) {
        return state instanceof Open open ? open.since() : ((Probing) state).since();
    }

    /** Of one request. Confined to its exchange's loop; only the first outcome that it gets counts. */
    final class Pass {
        private final long epoch;
        private boolean spent;

        private Pass(long epoch) {
            this.epoch = epoch;
        }

        /** Whether nothing has been said of it. */
        boolean isOpen() {
            return !spent;
        }

        /** The upstream answered. */
        void succeeded() {
            if (spend() && change(this::afterSuccess).from() instanceof Probing probing) {
                listener.closed(Duration.ofNanos(ticker.getAsLong() - probing.since()));
            }
        }

        /** @param cause as logs and metrics have it */
        void failed(String cause) {
            if (!spend()) {
                return;
            }
            Change made = change(this::afterFailure);
            if (made.from() instanceof Closed && made.to() instanceof Open) {
                listener.opened(cause);
            }
        }

        /** It ended in a way that says nothing of the upstream: the next one may try. */
        void undecided() {
            if (spend()) {
                change(seen -> isProbeOf(seen) ? new Open(epoch, since(seen), ticker.getAsLong()) : seen);
            }
        }

        private boolean spend() {
            boolean first = !spent;
            spent = true;
            return first;
        }

        private State afterSuccess(State seen) {
            if (isProbeOf(seen)) {
                return new Closed(epoch + 1, 0);
            }
            return isCurrent(seen) && ((Closed) seen).failures() > 0 ? new Closed(epoch, 0) : seen;
        }

        private State afterFailure(State seen) {
            if (isProbeOf(seen)) {
                return new Open(epoch, since(seen), cooledDown());
            }
            if (!isCurrent(seen)) {
                return seen;
            }
            int failures = ((Closed) seen).failures() + 1;
            return failures < config.failures()
                    ? new Closed(epoch, failures)
                    : new Open(epoch, ticker.getAsLong(), cooledDown());
        }

        private boolean isProbeOf(State seen) {
            return seen instanceof Probing probing && probing.probe() == this;
        }

        private boolean isCurrent(State seen) {
            return seen instanceof Closed closed && closed.epoch() == epoch;
        }
    }
}
