package io.countersign.gateway.approval.sharing;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Texts by key that all replicas share, while the store can be reached. Each has a revision, which grows with every change in the store,
 * and is replaced only by whoever knows its last one. Nothing here blocks; a future fails when the store did not do it, and when it is
 * not known whether it did.
 */
public interface SharedRecords {
    /** Longest key and text in characters. */
    int MAX_TEXT = 4096;

    /** What has changed after a revision, the first {@code max} of it; 0 for all there is. */
    CompletableFuture<Page> read(long after, int max);

    /** Changes one. */
    CompletableFuture<Reply> put(Put put);

    /** Takes numbers for this replica alone, all from {@code first} on; returns the first of them. */
    CompletableFuture<Long> numbers(int count, long first);

    /**
     * A key of the store.
     *
     * @param kind {@code p}, {@code d} or {@code a}: there is a bound on each
     * @param name of whom it is about; numbers belong to it
     */
    record RecordKey(char kind, String name) {}

    /**
     * One that is there.
     *
     * @param text empty: it was removed
     */
    record Written(RecordKey key, long revision, Optional<String> text) {}

    /**
     * Changes, in order.
     *
     * @param era another one: the store has lost what it knew
     * @param upTo the revision up to which they are complete
     * @param more whether there are more
     * @param incomplete the store no longer knows all that was changed after the revision: everything has to be read
     */
    record Page(String era, long upTo, boolean more, boolean incomplete, List<Written> entries) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /**
     * What to change.
     *
     * @param expected revision that it has; 0: none
     * @param text empty: to be removed
     * @param number that must be its own, or nobody's; and is its own then
     * @param released numbers that are nobody's after it was removed
     * @param max how many of its kind there may be
     */
    record Put(
            RecordKey key, long expected, Optional<String> text, Optional<Long> number, List<Long> released, int max) {
        public Put {
            released = List.copyOf(released);
        }
    }

    /** What has become of a change. */
    sealed interface Reply {
        /** It was made. */
        record Done(long revision) implements Reply {}

        /** Somebody else was first: that is what is there now. */
        record Conflict(Written now) implements Reply {}

        /** There are as many as there may be. */
        record Full() implements Reply {}

        /** The number belongs to somebody else. */
        record NumberTaken() implements Reply {}
    }
}
