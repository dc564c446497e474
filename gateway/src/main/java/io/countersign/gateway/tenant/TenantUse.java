package io.countersign.gateway.tenant;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** What one tenant uses at the moment, and what it has got. Outlives a configuration; safe from any thread. */
final class TenantUse {
    private final String name;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong buffered = new AtomicLong();
    private final AtomicLong requestBytes = new AtomicLong();
    private final AtomicLong responseBytes = new AtomicLong();
    private final AtomicLongArray refusals = new AtomicLongArray(Limit.values().length);
    private final AtomicLongArray requests = new AtomicLongArray(CallerKind.values().length * Outcome.values().length);

    /** Which limit a request was refused by. */
    enum Limit {
        RATE,
        IN_FLIGHT,
        BUFFERED,
        BYTES_PER_DAY;

        /** As in metrics and on the console. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    TenantUse(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Takes one place, or none where that many are taken. */
    boolean enter(OptionalInt most) {
        int limit = most.orElse(Integer.MAX_VALUE);
        int before = inFlight.getAndUpdate(taken -> taken < limit ? taken + 1 : taken);
        return before < limit;
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    /** Takes bytes, or none where that would be too many; a negative number gives back. */
    boolean hold(long more, OptionalLong most) {
        long limit = most.orElse(Long.MAX_VALUE);
        long before = buffered.getAndUpdate(held -> more <= limit - held || more <= 0 ? held + more : held);
        return more <= limit - before || more <= 0;
    }

    @SuppressWarnings("EnumOrdinal") // the numbers never leave this class
    void refused(Limit limit) {
        refusals.incrementAndGet(limit.ordinal());
    }

    @SuppressWarnings("EnumOrdinal") // the numbers never leave this class
    void finished(CallerKind kind, Outcome outcome, long received, long sent) {
        requests.incrementAndGet(kind.ordinal() * Outcome.values().length + outcome.ordinal());
        requestBytes.addAndGet(received);
        responseBytes.addAndGet(sent);
    }

    int inFlight() {
        return inFlight.get();
    }

    long buffered() {
        return buffered.get();
    }

    @SuppressWarnings("EnumOrdinal") // the numbers never leave this class
    long refusals(Limit limit) {
        return refusals.get(limit.ordinal());
    }

    @SuppressWarnings("EnumOrdinal") // the numbers never leave this class
    long requests(CallerKind kind, Outcome outcome) {
        return requests.get(kind.ordinal() * Outcome.values().length + outcome.ordinal());
    }

    long requestBytes() {
        return requestBytes.get();
    }

    long responseBytes() {
        return responseBytes.get();
    }

    /** Why more may not be held, for the sender. */
    Optional<String> full(OptionalLong most) {
        return Optional.of("tenant " + name + " has as much memory for request bodies as it may (tenants." + name
                + ".buffered, " + most.orElse(0) + " bytes)");
    }
}
