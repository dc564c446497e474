package io.countersign.gateway.overview;

import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Hears of every exchange, and remembers for a day what went through, in all and by route and by tenant. An exchange costs its event
 * loop some fifteen increments; a thread of the console's turns those into points. A series takes some 50 KB, and there are at most
 * {@value #MAX} for each of routes and tenants.
 */
public final class Overview implements ExchangeObserver {
    static final int MAX = 50;

    /** The name of calls that no route took, as in metrics. */
    static final String NO_ROUTE = "none";

    private static final Duration STEP = Window.QUARTER_HOUR.step();

    private final LongSupplier nanos;
    private final long start;
    private volatile boolean watched;
    private long steps;
    private final Series all = new Series();
    private final SeriesByName routes = new SeriesByName(MAX);
    private final SeriesByName tenants = new SeriesByName(MAX);

    /** @param nanos a clock that never goes back */
    public Overview(LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** From now on it counts; before, it does nothing. */
    public void watch() {
        watched = true;
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        if (!watched) {
            return;
        }
        all.counter.add(exchange);
        routes.add(exchange.route().orElse(NO_ROUTE), exchange);
        exchange.caller().tenant().ifPresent(tenant -> tenants.add(tenant, exchange));
    }

    /** To be called at least each second, by one thread: closes the steps that are over. */
    public synchronized void tick() {
        long over = (nanos.getAsLong() - start) / STEP.toNanos();
        // After a machine slept there may be many; what is older than all windows needs none.
        long from = Math.max(steps, over - Series.stepsOf(Window.DAY) * Window.DAY.steps());
        steps = from;
        while (steps < over) {
            boolean last = steps + 1 == over;
            all.advance(steps, last);
            routes.advance(steps, last);
            tenants.advance(steps, last);
            steps++;
            if (steps % Series.stepsOf(Window.DAY) == 0) {
                routes.makeRoom();
                tenants.makeRoom();
            }
        }
    }

    /**
     * A window's points.
     *
     * @param end of the last point
     * @param named of routes or tenants by name; empty where none were asked for
     */
    public record Shown(Instant end, List<Sums> all, Map<String, List<Sums>> named) {}

    /** By what calls are to be told apart. */
    public enum By {
        NOTHING,
        ROUTE,
        TENANT
    }

    /** The whole steps of a window up to now: fewer than it has soon after the start. */
    public synchronized Shown show(Window window, By by, Instant now) {
        long stepsOf = Series.stepsOf(window);
        long next = steps / stepsOf;
        long first = Math.max(0, next - window.steps());
        Map<String, List<Sums>> named = new TreeMap<>();
        if (by != By.NOTHING) {
            (by == By.ROUTE ? routes : tenants)
                    .all()
                    .forEach((name, series) -> named.put(name, points(series, window, first, next)));
        }
        long since = nanos.getAsLong() - start - next * stepsOf * STEP.toNanos();
        return new Shown(now.minusNanos(since), points(all, window, first, next), named);
    }

    private static List<Sums> points(Series series, Window window, long first, long next) {
        List<Sums> points = new ArrayList<>();
        for (long number = first; number < next; number++) {
            points.add(series.ring(window).at(number));
        }
        return points;
    }

    /** Per second and route, what upstreams have answered 2xx over the last minute, or since the start. */
    public synchronized Map<String, Double> acknowledgedRates() {
        int count = (int) Math.min(steps, Series.stepsOf(Window.THREE_HOURS));
        Map<String, Double> rates = new TreeMap<>();
        if (count > 0) {
            routes.all()
                    .forEach((name, series) -> rates.put(
                            name,
                            series.ring(Window.QUARTER_HOUR).last(count).acknowledged()
                                    / (double) (count * STEP.toSeconds())));
        }
        return rates;
    }
}
