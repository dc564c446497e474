package io.countersign.proxy.limit;

import java.util.HashMap;
import java.util.Map;

/**
 * How much of a {@link Budget} is handed out, to claims of which size and to which route, and whether there is room for more:
 * the arithmetic of the budget's rules. Guarded by its lock.
 */
final class Shares {
    /** A route gets more only while what stays free is at least its own part divided by this. */
    private static final int ROUTE_TO_FREE = 3;

    private final long limit;
    private final SizeClass[] classes;
    private final long[] usedBy = new long[SizeClass.values().length];
    private final Map<String, Route> routes = new HashMap<>();
    private final Route unshared = new Route("", false);
    private long used;

    /** @param classes those that have a share; a single one has everything */
    Shares(long limit, SizeClass... classes) {
        this.limit = limit;
        this.classes = classes;
    }

    /** What the claims of one route hold, and how many of them wait. */
    static final class Route {
        private final String name;
        private final boolean shared;
        private long used;
        private int claims;
        int waiting;

        private Route(String name, boolean shared) {
            this.name = name;
            this.shared = shared;
        }
    }

    /** Counts a claim in; {@link #leave} counts it out. */
    Route join(Ask ask) {
        Route route = ask.shared() ? routes.computeIfAbsent(ask.route(), name -> new Route(name, true)) : unshared;
        route.claims++;
        return route;
    }

    void leave(Route route) {
        if (--route.claims == 0 && route.shared) {
            routes.remove(route.name);
        }
    }

    /** A claim that held {@code from} holds {@code to} now. */
    void change(Route route, long from, long to) {
        used += to - from;
        route.used += to - from;
        usedBy[sizeOf(from).index()] -= from;
        usedBy[sizeOf(to).index()] += to;
    }

    /** Units handed out. */
    long used() {
        return used;
    }

    /** How many classes have a share. */
    int classes() {
        return classes.length;
    }

    SizeClass sizeOf(long amount) {
        return classes.length == 1 ? classes[0] : SizeClass.of(amount);
    }

    private long shareOf(SizeClass size) {
        return classes.length == 1 ? limit : size.share(limit);
    }

    /** Whether a class holds more than its own share. */
    boolean isBorrowing(SizeClass size) {
        return usedBy[size.index()] > shareOf(size);
    }

    /** Whether a claim that holds {@code held} can have {@code wanted} out of what its class has to itself. */
    boolean isWithinClass(long held, long wanted) {
        SizeClass size = sizeOf(wanted);
        return usedWithout(held, size) + wanted <= shareOf(size);
    }

    /** Whether a claim can have {@code wanted} without taking what is left of the shares of smaller classes. */
    boolean hasRoom(long held, long wanted) {
        SizeClass size = sizeOf(wanted);
        long kept = 0;
        for (SizeClass smaller : classes) {
            if (smaller.compareTo(size) < 0) {
                kept += Math.max(0, shareOf(smaller) - usedWithout(held, smaller));
            }
        }
        // A claim as large as the whole budget is granted when nothing else is held.
        kept = Math.min(kept, limit - wanted);
        return used - held + wanted + kept <= limit;
    }

    private long usedWithout(long held, SizeClass size) {
        return usedBy[size.index()] - (held > 0 && sizeOf(held) == size ? held : 0);
    }

    /** Whether a route would still leave the others their part. */
    boolean isWithinRoute(Route route, long held, long wanted) {
        if (!route.shared) {
            return true;
        }
        SizeClass size = sizeOf(wanted);
        long usable = limit;
        for (SizeClass smaller : classes) {
            usable -= smaller.compareTo(size) < 0 ? shareOf(smaller) : 0;
        }
        long others = route.used - held;
        if (others == 0 || wanted > usable / ROUTE_TO_FREE) {
            // So few claims of that size fit that a share of them would be none.
            return true;
        }
        long free = usable - (used - held + wanted);
        return others + wanted <= ROUTE_TO_FREE * free;
    }
}
