package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import java.util.Arrays;

/**
 * Ranges of IPv4 addresses, in 12 bytes each: one number that sorts as the table wants it, and the range around it; in 16 where
 * any of them has an end.
 */
final class V4Table implements RangeTable {
    private static final int POSITION_BITS = 26;
    private static final int PREFIX_BITS = 6;
    private static final int STRIDE = 64;

    /** Positions below this are distinct: every line of 64 MiB of empty lines. */
    static final int MAX_POSITIONS = 1 << POSITION_BITS;

    /** First address (32 bits), prefix length (6), position (26): sorted as unsigned numbers. */
    private final long[] keys;

    private final int[] around;

    /** The first address of every {@link #STRIDE}th range: few enough to stay in a processor's cache. */
    private final int[] samples;

    /** Empty where no range has an end. */
    private final int[] until;

    private V4Table(long[] keys, int[] until) {
        this.keys = keys;
        this.until = until;
        this.around = new int[keys.length];
        this.samples = new int[(keys.length + STRIDE - 1) / STRIDE];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (int) first(i * STRIDE);
        }
    }

    static long key(long address, int prefix, int position) {
        return address << (PREFIX_BITS + POSITION_BITS) | (long) prefix << POSITION_BITS | position;
    }

    /** @param keys of {@link #key}, in any order; the array is the table's from now on */
    static V4Table of(long[] keys, Expiries expiries, Repeated repeated) {
        // Sorting knows signed numbers alone.
        for (int i = 0; i < keys.length; i++) {
            keys[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(keys);
        int size = 0;
        for (long sorted : keys) {
            long key = sorted ^ Long.MIN_VALUE;
            if (size == 0 || key >>> POSITION_BITS != keys[size - 1] >>> POSITION_BITS) {
                keys[size++] = key;
                continue;
            }
            long kept = keys[size - 1];
            boolean longer = lasts(key, expiries) > lasts(kept, expiries);
            keys[size - 1] = longer ? key : kept;
            repeated.leftOut(cidr(key), position(longer ? kept : key), position(keys[size - 1]));
        }
        long[] different = size == keys.length ? keys : Arrays.copyOf(keys, size);
        int[] until = new int[expiries.isEmpty() ? 0 : size];
        for (int i = 0; i < until.length; i++) {
            until[i] = expiries.of(position(different[i]));
        }
        V4Table table = new V4Table(different, until);
        table.nest();
        return table;
    }

    private static long lasts(long key, Expiries expiries) {
        return Expiry.lasts(expiries.of(position(key)));
    }

    private void nest() {
        for (int i = 0; i < keys.length; i++) {
            int open = i - 1;
            while (open != NONE && !holds(open, first(i))) {
                open = around[open];
            }
            around[i] = open;
        }
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public int innermost(long high, long low) {
        int bucket = lastSampleBefore(low);
        if (bucket == NONE) {
            return NONE;
        }
        int index = bucket * STRIDE;
        for (int left = Math.min(STRIDE, keys.length - index); left > 1; ) {
            int half = left >>> 1;
            index = first(index + half) <= low ? index + half : index;
            left -= half;
        }
        while (index != NONE && !holds(index, low)) {
            index = around[index];
        }
        return index;
    }

    /** Halves what is left without a branch, which a processor would guess wrong every other time. */
    private int lastSampleBefore(long address) {
        if (samples.length == 0 || Integer.toUnsignedLong(samples[0]) > address) {
            return NONE;
        }
        int index = 0;
        for (int left = samples.length; left > 1; ) {
            int half = left >>> 1;
            index = Integer.toUnsignedLong(samples[index + half]) <= address ? index + half : index;
            left -= half;
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
        return cidr(keys[index]);
    }

    private static Cidr cidr(long key) {
        return new Cidr(
                new IpAddress(true, 0, key >>> (PREFIX_BITS + POSITION_BITS)),
                (int) (key >>> POSITION_BITS) & ((1 << PREFIX_BITS) - 1));
    }

    @Override
    public int position(int index) {
        return position(keys[index]);
    }

    private static int position(long key) {
        return (int) key & (MAX_POSITIONS - 1);
    }

    @Override
    public boolean hasExpiries() {
        return until.length > 0;
    }

    @Override
    public int until(int index) {
        return until.length == 0 ? Expiry.NEVER : until[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof V4Table table && Arrays.equals(keys, table.keys) && Arrays.equals(until, table.until);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(keys);
    }
}
