package io.countersign.standin.ingest;

/**
 * A set of 128-bit hashes in one flat array: about 27 bytes an entry at most, 45 while it grows.
 *
 * <p>Hashes are cut from SHA-256, so that two lines in a billion billion meet by chance: equal hashes are equal lines here.
 */
final class DistinctSet {
    private long[] slots = new long[2 * 1024];
    private int size;

    int size() {
        return size;
    }

    /** Whether this hash was new. */
    boolean add(long high, long low) {
        if (5L * size >= 3L * (slots.length / 2)) {
            grow();
        }
        // All zero marks an empty slot; the one hash that looks so takes its neighbour's place.
        return insert(high, high == 0 && low == 0 ? 1 : low);
    }

    boolean contains(long high, long low) {
        int slot = slot(high, high == 0 && low == 0 ? 1 : low);
        return slots[2 * slot] != 0 || slots[2 * slot + 1] != 0;
    }

    private boolean insert(long high, long low) {
        int slot = slot(high, low);
        if (slots[2 * slot] != 0 || slots[2 * slot + 1] != 0) {
            return false;
        }
        slots[2 * slot] = high;
        slots[2 * slot + 1] = low;
        size++;
        return true;
    }

    /** Where this hash is, or the empty slot where it would go. */
    private int slot(long high, long low) {
        int mask = slots.length / 2 - 1;
        int slot = (int) high & mask;
        while ((slots[2 * slot] != 0 || slots[2 * slot + 1] != 0)
                && (slots[2 * slot] != high || slots[2 * slot + 1] != low)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        if (slots.length == 1 << 30) {
            throw new IllegalStateException("the set of distinct lines is full at " + size);
        }
        long[] old = slots;
        slots = new long[2 * old.length];
        size = 0;
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != 0 || old[i + 1] != 0) {
                insert(old[i], old[i + 1]);
            }
        }
    }
}
