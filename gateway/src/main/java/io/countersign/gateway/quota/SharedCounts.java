package io.countersign.gateway.quota;

import java.time.LocalDate;
import java.util.concurrent.CompletableFuture;

/**
 * What all replicas count together, while the store can be reached. Nothing here blocks; a future fails when the store did not do it, and when it is
 * not known whether it did.
 */
public interface SharedCounts {
    /** Takes permits out of the tenant's bucket: as many as there are, up to what is asked for. */
    CompletableFuture<Given> take(Ask ask);

    /**
     * Says what this replica has counted today, and asks what all have.
     *
     * @param replica a name of this process alone
     * @param own all that it has counted that day, so that saying it twice changes nothing
     */
    CompletableFuture<Long> count(String tenant, LocalDate day, String replica, long own);

    /**
     * What a replica asks for.
     *
     * @param owed permits that it has given out without asking, to be paid first
     * @param birth as in the last answer; empty before the first one. When it differs from the store's, the store has lost what it knew,
     *     and most of what is owed with it
     */
    record Ask(String tenant, RequestLimit limit, int replicas, long wanted, long owed, String birth) {}

    /**
     * What it gets.
     *
     * @param waitNanos how long until there is another permit; 0 when there are more
     * @param birth when the store began to count, as it says it
     */
    record Given(long permits, long waitNanos, String birth) {}
}
