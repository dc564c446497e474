package io.countersign.gateway.quota;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A quota that replicas share. A request takes one of the permits that were fetched ahead; where these are used up before the next
 * ones are here, some more are given out and paid for with the next fetch. Permits held and owed are together never more than one
 * batch, so no request waits for the store, and no replica puts the tenant over its quota by more than that.
 *
 * <p>While the store is away, the replica goes on with its own share, which begins with what it may still owe; what it has used of the
 * share is paid when the store is back.
 *
 * <p>The lock is held for a few instructions at a time.
 */
final class SharedRequests implements RequestQuota {
    /** A quota that is used up is asked for no more often than this. */
    private static final long PAUSE = Duration.ofMillis(20).toNanos();

    /** Until the answer that is under way is here. */
    private static final Permit SOON = new Permit(Duration.ofMillis(100).toNanos());

    private final String tenant;
    private final RequestLimit limit;
    private final int replicas;
    private final LongSupplier nanos;
    private final Consumer<SharedRequests> fetching;
    private final long maxHeld;
    private final long maxOwed;

    private long held;
    private long owed;
    private long emptyUntil;
    private String birth = "";
    /** What the fetch under way has asked for; null without one. */
    private SharedCounts.Ask asked;

    /** While the store is away; null while it answers. */
    private Share alone;

    /** This replica's share, and how many permits were taken from it. */
    private static final class Share {
        private final Bucket bucket;
        private long taken;

        private Share(Bucket bucket) {
            this.bucket = bucket;
        }
    }

    /** @param fetching has {@link #ask} asked, and its answer handed to {@link #answered}; must return at once */
    SharedRequests(
            String tenant, RequestLimit limit, int replicas, LongSupplier nanos, Consumer<SharedRequests> fetching) {
        this.tenant = tenant;
        this.limit = limit;
        this.replicas = replicas;
        this.nanos = nanos;
        this.fetching = fetching;
        long batch = limit.batch(replicas);
        this.maxHeld = batch / 2;
        this.maxOwed = batch - maxHeld;
        this.emptyUntil = nanos.getAsLong();
        this.alone = share();
    }

    @Override
    public Permit take() {
        Permit permit;
        synchronized (this) {
            permit = takeOne();
            if (!shallAsk()) {
                return permit;
            }
            asked = nextAsk();
        }
        fetching.accept(this);
        return permit;
    }

    private Permit takeOne() {
        if (held > 0) {
            held--;
            return Permit.GRANTED;
        }
        if (alone != null) {
            Permit permit = LocalRequests.take(alone.bucket);
            alone.taken += permit.granted() ? 1 : 0;
            return permit;
        }
        long left = emptyUntil - nanos.getAsLong();
        if (left > 0) {
            return new Permit(left);
        }
        if (owed >= maxOwed) {
            return SOON;
        }
        owed++;
        return Permit.GRANTED;
    }

    private boolean shallAsk() {
        return alone == null && asked == null && held <= maxHeld / 2 && emptyUntil - nanos.getAsLong() <= 0;
    }

    private SharedCounts.Ask nextAsk() {
        return new SharedCounts.Ask(tenant, limit, replicas, maxHeld - held, owed, birth);
    }

    /** What to fetch; null when that is no longer wanted. */
    synchronized SharedCounts.Ask ask() {
        return asked;
    }

    /** The store's answer to {@code ask}. */
    synchronized void answered(SharedCounts.Ask ask, SharedCounts.Given given) {
        if (!ask.equals(asked)) {
            // The store was away in between; what it gave is lost, and nobody gets more by that.
            return;
        }
        asked = null;
        birth = given.birth();
        held += given.permits();
        owed -= ask.owed();
        long paid = Math.min(owed, held);
        owed -= paid;
        held -= paid;
        emptyUntil = nanos.getAsLong() + (given.waitNanos() == 0 ? 0 : Math.max(given.waitNanos(), PAUSE));
    }

    /** The store is away: from now on this replica has its share. */
    synchronized void goOnAlone() {
        asked = null;
        if (alone == null) {
            alone = share();
        }
    }

    private Share share() {
        long tokens = Math.max(0, Math.min(maxOwed - owed, limit.burstOfEach(replicas)));
        return new Share(LocalRequests.bucket(limit, replicas, tokens, nanos));
    }

    /** The store answers again. */
    void goOnTogether() {
        synchronized (this) {
            if (alone == null) {
                return;
            }
            long missing = limit.burstOfEach(replicas) - alone.bucket.getAvailableTokens();
            owed += Math.max(0, Math.min(missing, alone.taken));
            alone = null;
            emptyUntil = nanos.getAsLong();
            if (owed == 0) {
                return;
            }
            asked = nextAsk();
        }
        fetching.accept(this);
    }
}
