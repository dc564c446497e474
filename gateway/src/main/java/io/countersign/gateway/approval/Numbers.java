package io.countersign.gateway.approval;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gives numbers to callers who wait, none of them twice. A replica takes them from ranges that it has fetched ahead from what all share;
 * where it has none, it makes up a long one, which is checked once the others can be asked. Used under the lock of {@link Ledger}.
 */
final class Numbers {
    /** Fetched at a time. */
    static final int RANGE = 100;

    private static final long FIRST_MADE_UP = 1_000_000_000L;
    private static final long LAST_MADE_UP = 9_999_999_999L;

    private final Deque<Range> ranges = new ArrayDeque<>();
    private long beyondAll;
    private boolean shared;

    /** From the first number to the one before the last. */
    private record Range(long first, long end) {}

    /** @param first where nothing is shared */
    Numbers(long first) {
        beyondAll = first;
    }

    /** Whether there are others who give numbers too. */
    void shared(boolean others) {
        shared = others;
    }

    boolean isShared() {
        return shared;
    }

    /** A number that may be given. */
    long peek() {
        if (!shared) {
            return beyondAll;
        }
        Range range = ranges.peek();
        return range == null ? ThreadLocalRandom.current().nextLong(FIRST_MADE_UP, LAST_MADE_UP + 1) : range.first;
    }

    /** It was given, here or elsewhere. */
    void given(long number) {
        if (number < FIRST_MADE_UP) {
            beyondAll = Math.max(beyondAll, number + 1);
        }
        Range range = ranges.peek();
        if (range != null && range.first == number) {
            ranges.remove();
            if (number + 1 < range.end) {
                ranges.addFirst(new Range(number + 1, range.end));
            }
        }
    }

    long next() {
        long number = peek();
        given(number);
        return number;
    }

    /** These are for this replica alone. */
    void fetched(long first, int count) {
        ranges.add(new Range(first, first + count));
        beyondAll = Math.max(beyondAll, first + count);
    }

    /** How many to fetch; 0 while there are enough. */
    int wanted() {
        long left = ranges.stream().mapToLong(range -> range.end - range.first).sum();
        return shared && left <= RANGE / 2 ? RANGE : 0;
    }

    /** Larger than any that is known to have been given, but for those made up. */
    long beyondAll() {
        return beyondAll;
    }

    static boolean isMadeUp(long number) {
        return number >= FIRST_MADE_UP;
    }
}
