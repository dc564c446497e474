package io.countersign.proxy.access;

import java.util.ArrayDeque;

/**
 * Numbers gathered one by one, in blocks: growing one array instead would hold all numbers twice, with room to spare, whenever
 * it grows.
 */
final class NumberColumn {
    private static final int BLOCK = 8 * 1024;

    private final ArrayDeque<long[]> blocks = new ArrayDeque<>();
    private int inLast = BLOCK;

    void add(long number) {
        if (inLast == BLOCK) {
            blocks.addLast(new long[BLOCK]);
            inLast = 0;
        }
        blocks.getLast()[inLast++] = number;
    }

    int size() {
        return blocks.isEmpty() ? 0 : (blocks.size() - 1) * BLOCK + inLast;
    }

    /** All of them in one array, which empties the column block by block. */
    long[] drain() {
        long[] all = new long[size()];
        for (int at = 0; at < all.length; at += BLOCK) {
            long[] block = blocks.removeFirst();
            System.arraycopy(block, 0, all, at, Math.min(BLOCK, all.length - at));
        }
        blocks.clear();
        inLast = BLOCK;
        return all;
    }
}
