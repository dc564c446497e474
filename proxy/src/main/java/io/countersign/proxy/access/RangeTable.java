package io.countersign.proxy.access;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Finds the narrowest of many ranges around an address, in one binary search and without allocating.
 *
 * <p>Two CIDR ranges are nested or disjoint, never crossing. So the ranges cut the address line into at most
 * {@code 2n + 1} pieces, each with one narrowest range (or none); the pieces' first addresses are kept sorted. At equal
 * ranges the one that was written first is found.
 */
final class RangeTable<T> {
    private final long[] high;
    private final long[] low;
    private final Object[] found;

    private RangeTable(long[] high, long[] low, Object[] found) {
        this.high = high;
        this.low = low;
        this.found = found;
    }

    /** Entries of one address family only. */
    static <T> RangeTable<T> of(List<ListEntry> entries, Function<ListEntry, T> value) {
        List<ListEntry> sorted = new ArrayList<>(entries);
        // Outer ranges before the ones inside them; stable, so the first written of two equal ones stays first.
        sorted.sort(Comparator.<ListEntry, IpAddress>comparing(e -> e.cidr().network(), RangeTable::compare)
                .thenComparing(e -> e.cidr().prefix()));
        Builder<T> pieces = new Builder<>(entries.size() * 2 + 1);
        Deque<Open<T>> open = new ArrayDeque<>();
        Cidr previous = null;
        for (ListEntry entry : sorted) {
            if (entry.cidr().equals(previous)) {
                continue;
            }
            previous = entry.cidr();
            while (!open.isEmpty() && compare(open.peek().last, previous.network()) < 0) {
                close(open, pieces);
            }
            T here = value.apply(entry);
            pieces.add(previous.network().high(), previous.network().low(), here);
            open.push(new Open<>(previous.last(), here));
        }
        while (!open.isEmpty()) {
            close(open, pieces);
        }
        return pieces.build();
    }

    /** After a range ends, the one around it goes on, unless that ends at the same address. */
    private static <T> void close(Deque<Open<T>> open, Builder<T> pieces) {
        IpAddress last = open.pop().last;
        long nextLow = last.low() + 1;
        long nextHigh = nextLow == 0 ? last.high() + 1 : last.high();
        boolean endOfSpace = last.low() == -1L && last.high() == -1L;
        if (!endOfSpace) {
            pieces.add(nextHigh, nextLow, open.isEmpty() ? null : open.peek().value);
        }
    }

    @SuppressWarnings("unchecked")
    T find(long addressHigh, long addressLow) {
        int from = 0;
        int to = high.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = compare(high[middle], low[middle], addressHigh, addressLow);
            if (order == 0) {
                return (T) found[middle];
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return to < 0 ? null : (T) found[to];
    }

    static int compare(IpAddress a, IpAddress b) {
        return compare(a.high(), a.low(), b.high(), b.low());
    }

    private static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        int order = Long.compareUnsigned(aHigh, bHigh);
        return order != 0 ? order : Long.compareUnsigned(aLow, bLow);
    }

    private record Open<T>(IpAddress last, T value) {}

    private static final class Builder<T> {
        private final long[] high;
        private final long[] low;
        private final Object[] found;
        private int size;

        Builder(int capacity) {
            high = new long[capacity];
            low = new long[capacity];
            found = new Object[capacity];
        }

        /** A piece that starts where the one before it did replaces it: that one would be empty. */
        void add(long pieceHigh, long pieceLow, T value) {
            if (size > 0 && high[size - 1] == pieceHigh && low[size - 1] == pieceLow) {
                size--;
            }
            high[size] = pieceHigh;
            low[size] = pieceLow;
            found[size++] = value;
        }

        RangeTable<T> build() {
            return new RangeTable<>(
                    Arrays.copyOf(high, size), Arrays.copyOf(low, size), Arrays.copyOf(found, size));
        }
    }
}
