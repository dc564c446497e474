package io.countersign.gateway.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;

/** The last calls, in a ring that is bounded in calls and in memory. Any thread adds, none waits; readers take no turn from them. */
public final class RecentCalls {
    /** A usual call takes between one and two KiB. */
    static final long MAX_BYTES = 16L << 20;

    private final long maxBytes;
    private final AtomicReferenceArray<RecentCall> ring;
    private final long first;
    private final AtomicLong next;
    private final AtomicLong oldest;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Makes an empty one.
     *
     * @param keep how many
     * @param maxBytes of all of them, roughly; the newest stays in any case
     * @param first number of the first call
     */
    RecentCalls(int keep, long maxBytes, long first) {
        this.maxBytes = maxBytes;
        this.first = first;
        ring = new AtomicReferenceArray<>(keep);
        next = new AtomicLong(first);
        oldest = new AtomicLong(first);
    }

    /** A ring of another size that goes on from here; a call that is added to this one at the same moment may be missing. */
    RecentCalls resized(int keep) {
        RecentCalls other = new RecentCalls(keep, maxBytes, first);
        long end = next.get();
        other.next.set(end);
        for (long at = Math.max(oldest(), end - keep); at < end; at++) {
            RecentCall call = ring.get(slot(at));
            if (call != null && call.number() == at) {
                other.ring.set(other.slot(at), call);
                other.bytes.addAndGet(call.bytes());
            }
        }
        return other;
    }

    RecentCall add(LongFunction<RecentCall> call) {
        long number = next.getAndIncrement();
        RecentCall added = call.apply(number);
        RecentCall gone = ring.getAndSet(slot(number), added);
        long all = bytes.addAndGet(added.bytes() - (gone == null ? 0 : gone.bytes()));
        while (all > maxBytes && number > oldest()) {
            all = dropOldest();
        }
        return added;
    }

    /** Returns how much memory the others take. */
    private long dropOldest() {
        long at = oldest();
        RecentCall call = ring.get(slot(at));
        // Said to be gone before it is, so that no reader waits for it.
        oldest.accumulateAndGet(at + 1, Math::max);
        boolean dropped = call != null && call.number() == at && ring.compareAndSet(slot(at), call, null);
        return dropped ? bytes.addAndGet(-call.bytes()) : bytes.get();
    }

    /** The number of the oldest that may be here. */
    long oldest() {
        return Math.max(oldest.get(), next.get() - ring.length());
    }

    private int slot(long number) {
        return (int) (number % ring.length());
    }

    /** How many there have been. */
    public long count() {
        return next.get() - first;
    }

    /** The number of the next one. */
    public long next() {
        return next.get();
    }

    /** How much memory those take that are kept, roughly. */
    long bytes() {
        return bytes.get();
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
        long since = oldest();
        // Whoever comes from an earlier process has missed none of this one's.
        long missed = Math.max(0, since - Math.max(number, first));
        long at = Math.max(number, since);
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
        for (long at = Math.min(number, next.get()) - 1; at >= oldest(); at--) {
            RecentCall call = ring.get(slot(at));
            if (call != null && call.number() == at) {
                return call;
            }
        }
        return null;
    }
}
