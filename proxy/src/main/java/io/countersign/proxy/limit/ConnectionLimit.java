package io.countersign.proxy.limit;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/**
 * Bounds how many connections are open, and lets a new one in at the expense of one that is not in use. Safe from any
 * thread.
 *
 * <p>Otherwise a client that opens connections and sends nothing would shut everybody else out. Connections give way in this order:
 * those that have got their only response; those that have been silent for a while; those that have sent only a part of a head;
 * those that have been idle, or slow to read a response; those that have just been opened and have sent nothing yet. Among equals,
 * it is the oldest one of the client with the most connections. A connection on which a request is being served never gives way.
 */
public final class ConnectionLimit {
    /** Nobody counts as silent before this: a request follows its connection within a round trip. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

    /** A new connection costs the same however large the limit is. */
    private static final int MAX_LOOKED_AT = 1024;

    private static final int NEVER = 5; // ranks are below

    private final IntSupplier limit;
    private final Giving giving;
    private final Object lock = new Object();
    private final List<Seat> seats = new ArrayList<>();
    private final Map<Object, Crowd> crowds = new HashMap<>();
    private final LongAdder refused = new LongAdder();
    private final LongAdder displaced = new LongAdder();
    private int cursor;

    /** Whether a new connection may take another's place. */
    public enum Giving {
        /** No: it is refused. */
        NOBODY,
        /** Yes, in the order above. */
        UNUSED
    }

    /** How many connections one client has open. */
    static final class Crowd {
        private int size;
    }

    /** @param limit in force at a moment */
    public ConnectionLimit(IntSupplier limit, Giving giving) {
        this.limit = limit;
        this.giving = giving;
    }

    /**
     * Counts a connection until it closes. Empty when there is no room and no connection gives way.
     *
     * @param client whose connection it is: an address, or what else tells one client from another by {@link Object#equals}
     */
    public Optional<Seat> admit(Channel channel, Object client) {
        long now = channel.eventLoop().ticker().nanoTime();
        Seat seat = new Seat(channel, client, now);
        Seat leaving = null;
        synchronized (lock) {
            if (seats.size() >= limit.getAsInt()) {
                leaving = giving == Giving.NOBODY ? null : takeOne(now);
                if (leaving == null) {
                    refused.increment();
                    return Optional.empty();
                }
                remove(leaving);
                displaced.increment();
            }
            add(seat);
        }
        if (leaving != null) {
            leaving.leave();
        }
        channel.closeFuture().addListener(closed -> {
            synchronized (lock) {
                remove(seat);
            }
        });
        return Optional.of(seat);
    }

    /** Gives a seat back while its connection stays open, to be counted elsewhere. Does nothing the second time. */
    public void release(Seat seat) {
        synchronized (lock) {
            remove(seat);
        }
    }

    private void add(Seat seat) {
        seat.index = seats.size();
        seats.add(seat);
        seat.crowd = crowds.computeIfAbsent(seat.client(), absent -> new Crowd());
        seat.crowd.size++;
    }

    /** Does nothing the second time. */
    private void remove(Seat seat) {
        if (seat.index < 0) {
            return;
        }
        Seat last = seats.remove(seats.size() - 1);
        if (last != seat) {
            seats.set(seat.index, last);
            last.index = seat.index;
        }
        seat.index = -1;
        if (--seat.crowd.size == 0) {
            crowds.remove(seat.client());
        }
    }

    /** Null when no connection gives way. */
    private Seat takeOne(long now) {
        // A connection that begins to be used at this very moment costs another look, never its request.
        for (int attempt = 0; attempt < 3; attempt++) {
            Seat best = null;
            long bestState = 0;
            int bestRank = NEVER;
            int looks = Math.min(seats.size(), MAX_LOOKED_AT);
            for (int i = 0; i < looks; i++) {
                cursor = cursor + 1 < seats.size() ? cursor + 1 : 0;
                Seat seat = seats.get(cursor);
                long state = seat.state();
                int rank = rank(state, now);
                if (rank < NEVER && (best == null || goesBefore(seat, state, rank, best, bestState, bestRank))) {
                    best = seat;
                    bestState = state;
                    bestRank = rank;
                }
            }
            if (best == null) {
                return null;
            }
            if (best.take(bestState)) {
                return best;
            }
        }
        return null;
    }

    private static int rank(long state, long now) {
        boolean lasting = now - Seat.sinceNanos(state) >= PATIENCE_NANOS;
        return switch (Seat.activity(state)) {
            case DONE -> 0;
            case SILENT -> lasting ? 1 : 4;
            case HEAD -> lasting ? 2 : NEVER;
            case IDLE -> lasting ? 3 : NEVER;
            case ANSWERING -> lasting ? 3 : 4;
            case BUSY, GONE -> NEVER;
        };
    }

    private static boolean goesBefore(Seat seat, long state, int rank, Seat best, long bestState, int bestRank) {
        if (rank != bestRank) {
            return rank < bestRank;
        }
        if (seat.crowd != best.crowd && seat.crowd.size != best.crowd.size) {
            return seat.crowd.size > best.crowd.size;
        }
        return Seat.sinceNanos(state) - Seat.sinceNanos(bestState) < 0;
    }

    /** Connections open now. */
    public int open() {
        synchronized (lock) {
            return seats.size();
        }
    }

    /** How many have been refused since start. */
    public long refused() {
        return refused.sum();
    }

    /** How many have given way to another since start. */
    public long displaced() {
        return displaced.sum();
    }
}
