package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import java.util.Arrays;

/** Ranges of IPv6 addresses, in 25 bytes each, 29 where any has an end, sorted in place: by first address, prefix length, position. */
final class V6Table implements RangeTable {
    private static final int STRIDE = 64;

    private final long[] high;
    private final long[] low;
    private final byte[] prefix;
    private final int[] position;
    private int[] around = {};
    /** The first address of every {@link #STRIDE}th range, its halves in turn: few enough to stay in a processor's cache. */
    private long[] samples = {};
    /** Empty where no range has an end. */
    private int[] until = {};

    private int size;

    private V6Table(long[] high, long[] low, byte[] prefix, int[] position) {
        this.high = high;
        this.low = low;
        this.prefix = prefix;
        this.position = position;
        this.size = high.length;
    }

    /** Of columns in any order; the arrays are the table's from now on. A prefix length is kept as an unsigned byte. */
    static V6Table of(long[] high, long[] low, byte[] prefix, int[] position, Expiries expiries, Repeated repeated) {
        V6Table table = new V6Table(high, low, prefix, position);
        table.sort();
        table.dropRepeated(expiries, repeated);
        table.nest();
        table.end(expiries);
        table.sample();
        return table;
    }

    /** A heap sort: no memory besides, and no order of entries that makes it slow. */
    private void sort() {
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i, size);
        }
        for (int end = size - 1; end > 0; end--) {
            swap(0, end);
            sink(0, end);
        }
    }

    private void sink(int from, int end) {
        int at = from;
        for (int child = 2 * at + 1; child < end; child = 2 * at + 1) {
            if (child + 1 < end && compare(child, child + 1) < 0) {
                child++;
            }
            if (compare(at, child) >= 0) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private int compare(int a, int b) {
        int order = compareRanges(a, b);
        return order != 0 ? order : Integer.compare(position[a], position[b]);
    }

    private int compareRanges(int a, int b) {
        int order = IpAddress.compare(high[a], low[a], high[b], low[b]);
        return order != 0 ? order : Integer.compare(prefix(a), prefix(b));
    }

    private void swap(int a, int b) {
        long h = high[a];
        high[a] = high[b];
        high[b] = h;
        long l = low[a];
        low[a] = low[b];
        low[b] = l;
        byte p = prefix[a];
        prefix[a] = prefix[b];
        prefix[b] = p;
        int at = position[a];
        position[a] = position[b];
        position[b] = at;
    }

    private void dropRepeated(Expiries expiries, Repeated repeated) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (kept == 0 || compareRanges(i, kept - 1) != 0) {
                high[kept] = high[i];
                low[kept] = low[i];
                prefix[kept] = prefix[i];
                position[kept] = position[i];
                kept++;
                continue;
            }
            int last = kept - 1;
            int leftOut = position[i];
            if (Expiry.lasts(expiries.of(leftOut)) > Expiry.lasts(expiries.of(position[last]))) {
                leftOut = position[last];
                position[last] = position[i];
            }
            repeated.leftOut(cidr(last), leftOut, position[last]);
        }
        size = kept;
    }

    private void end(Expiries expiries) {
        if (!expiries.isEmpty()) {
            until = new int[size];
            for (int i = 0; i < size; i++) {
                until[i] = expiries.of(position[i]);
            }
        }
    }

    private void nest() {
        around = new int[size];
        for (int i = 0; i < size; i++) {
            int open = i - 1;
            while (open != NONE && !holds(open, high[i], low[i])) {
                open = around[open];
            }
            around[i] = open;
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int innermost(long addressHigh, long addressLow) {
        int bucket = lastSampleBefore(addressHigh, addressLow);
        if (bucket == NONE) {
            return NONE;
        }
        int from = bucket * STRIDE;
        int to = Math.min(from + STRIDE, size) - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            if (IpAddress.compare(high[middle], low[middle], addressHigh, addressLow) <= 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        int index = to;
        while (index != NONE && !holds(index, addressHigh, addressLow)) {
            index = around[index];
        }
        return index;
    }

    private void sample() {
        samples = new long[2 * ((size + STRIDE - 1) / STRIDE)];
        for (int i = 0; i < samples.length; i += 2) {
            samples[i] = high[i / 2 * STRIDE];
            samples[i + 1] = low[i / 2 * STRIDE];
        }
    }

    private int lastSampleBefore(long addressHigh, long addressLow) {
        int from = 0;
        int to = samples.length / 2 - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            if (IpAddress.compare(samples[2 * middle], samples[2 * middle + 1], addressHigh, addressLow) <= 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return to;
    }

    /** Java shifts by 64 as by 0, so the two halves are looked at one by one. */
    private boolean holds(int index, long addressHigh, long addressLow) {
        int length = prefix(index);
        long highDiffers = length == 0 ? 0 : (high[index] ^ addressHigh) >>> (64 - Math.min(length, 64));
        long lowDiffers = length <= 64 ? 0 : (low[index] ^ addressLow) >>> (128 - length);
        return highDiffers == 0 && lowDiffers == 0;
    }

    @Override
    public int around(int index) {
        return around[index];
    }

    @Override
    public int prefix(int index) {
        return prefix[index] & 0xff;
    }

    @Override
    public Cidr cidr(int index) {
        return new Cidr(new IpAddress(false, high[index], low[index]), prefix(index));
    }

    @Override
    public int position(int index) {
        return position[index];
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
        return other instanceof V6Table table
                && Arrays.equals(high, 0, size, table.high, 0, table.size)
                && Arrays.equals(low, 0, size, table.low, 0, table.size)
                && Arrays.equals(prefix, 0, size, table.prefix, 0, table.size)
                && Arrays.equals(position, 0, size, table.position, 0, table.size)
                && Arrays.equals(until, table.until);
    }

    @Override
    public int hashCode() {
        int hash = size;
        for (int i = 0; i < size; i++) {
            hash = 31 * hash + Long.hashCode(high[i] * 31 + low[i]);
        }
        return hash;
    }
}
