package io.countersign.gateway.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/** The last calls, in a ring. Any thread adds, none waits; readers take no turn from them. */
public final class RecentCalls {
    private final AtomicReferenceArray<RecentCall> ring;
    private final AtomicLong next = new AtomicLong();

    /** @param keep how many */
    public RecentCalls(int keep) {
        ring = new AtomicReferenceArray<>(keep);
    }

    /** A ring of another size that goes on from here; a call that is added to this one at the same moment may be missing. */
    RecentCalls resized(int keep) {
        RecentCalls other = new RecentCalls(keep);
        long count = next.get();
        other.next.set(count);
        for (long at = Math.max(0, count - Math.min(keep, ring.length())); at < count; at++) {
            RecentCall call = ring.get(slot(at));
            if (call != null && call.number() == at) {
                other.ring.set(other.slot(at), call);
            }
        }
        return other;
    }

    void add(LongFunction<RecentCall> call) {
        long number = next.getAndIncrement();
        ring.set(slot(number), call.apply(number));
    }

    private int slot(long number) {
        return (int) (number % ring.length());
    }

    /** How many there have been. */
    public long count() {
        return next.get();
    }

    /** How many are kept. */
    public int keep() {
        return ring.length();
    }

    /**
     * A part of them.
     *
     * @param calls in the order of their numbers
     * @param next the number from which to go on
     * @param missed how many are gone that would have come before
     */
    public record Part(List<RecentCall> calls, long next, long missed) {}

    /** Those from {@code number} on, {@code max} at most; ends before one that is just being added. */
    public Part from(long number, int max) {
        long oldest = Math.max(0, next.get() - ring.length());
        long missed = Math.max(0, oldest - number);
        long at = Math.max(number, oldest);
        List<RecentCall> calls = new ArrayList<>();
        while (calls.size() < max && at < next.get()) {
            RecentCall call = ring.get(slot(at));
            if (call == null || call.number() < at) {
                if (next.get() - at > ring.length() / 2) {
                    // Far behind what is added now: it was lost when the ring got another size.
                    missed++;
                    at++;
                    continue;
                }
                break;
            }
            if (call.number() == at) {
                calls.add(call);
            } else {
                missed++;
            }
            at++;
        }
        return new Part(calls, at, missed);
    }

    /** The one before {@code number} that is still there; null where there is none. */
    RecentCall before(long number) {
        for (long at = number - 1; at >= Math.max(0, next.get() - ring.length()); at--) {
            RecentCall call = ring.get(slot(at));
            if (call != null && call.number() == at) {
                return call;
            }
        }
        return null;
    }

    /**
     * Those before {@code number}, the newest first.
     *
     * @param wanted which of them
     * @param max how many at most
     */
    public List<RecentCall> before(long number, Predicate<RecentCall> wanted, int max) {
        List<RecentCall> calls = new ArrayList<>();
        for (RecentCall call = before(Math.min(number, next.get()));
                call != null && calls.size() < max;
                call = before(call.number())) {
            if (wanted.test(call)) {
                calls.add(call);
            }
        }
        return calls;
    }
}
