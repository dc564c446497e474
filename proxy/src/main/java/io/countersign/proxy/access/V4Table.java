package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import java.util.Arrays;

/** Ranges of IPv4 addresses, in 12 bytes each: one number that sorts as the table wants it, and the range around it. */
final class V4Table implements RangeTable {
    private static final int POSITION_BITS = 26;
    private static final int PREFIX_BITS = 6;

    /** Positions below this can be told apart: every line of 64 MiB of empty lines. */
    static final int MAX_POSITIONS = 1 << POSITION_BITS;

    /** First address (32 bits), prefix length (6), position (26): sorted as unsigned numbers. */
    private final long[] keys;

    private final int[] around;

    private V4Table(long[] keys, int[] around) {
        this.keys = keys;
        this.around = around;
    }

    static long key(long address, int prefix, int position) {
        return address << (PREFIX_BITS + POSITION_BITS) | (long) prefix << POSITION_BITS | position;
    }

    /** @param keys of {@link #key}, in any order; the array is the table's from now on */
    static V4Table of(long[] keys) {
        // Sorting knows signed numbers alone.
        for (int i = 0; i < keys.length; i++) {
            keys[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(keys);
        int size = 0;
        for (long key : keys) {
            long plain = key ^ Long.MIN_VALUE;
            if (size == 0 || plain >>> POSITION_BITS != keys[size - 1] >>> POSITION_BITS) {
                keys[size++] = plain;
            }
        }
        V4Table table = new V4Table(size == keys.length ? keys : Arrays.copyOf(keys, size), new int[size]);
        for (int i = 0; i < size; i++) {
            int open = i - 1;
            while (open != NONE && !table.holds(open, table.first(i))) {
                open = table.around[open];
            }
            table.around[i] = open;
        }
        return table;
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public int find(long high, long low) {
        int from = 0;
        int to = keys.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            if (first(middle) <= low) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        int index = to;
        while (index != NONE && !holds(index, low)) {
            index = around[index];
        }
        return index;
    }

    /** Of an address that is not before the range's first. */
    private boolean holds(int index, long address) {
        return (first(index) ^ address) >>> (32 - prefix(index)) == 0;
    }

    private long first(int index) {
        return keys[index] >>> (PREFIX_BITS + POSITION_BITS);
    }

    @Override
    public int around(int index) {
        return around[index];
    }

    @Override
    public int prefix(int index) {
        return (int) (keys[index] >>> POSITION_BITS) & ((1 << PREFIX_BITS) - 1);
    }

    @Override
    public Cidr cidr(int index) {
        return new Cidr(new IpAddress(true, 0, first(index)), prefix(index));
    }

    @Override
    public int position(int index) {
        return (int) keys[index] & (MAX_POSITIONS - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof V4Table table && Arrays.equals(keys, table.keys);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(keys);
    }
}
