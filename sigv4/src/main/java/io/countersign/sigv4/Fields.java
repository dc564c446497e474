package io.countersign.sigv4;

import java.util.Arrays;

/**
 * Name and value pairs as bytes in one buffer, sorted by name: the headers or the query of one request.
 *
 * <p>Bytes are compared as unsigned numbers, so {@code a%5B} comes before {@code a1}. The sort keeps the order of what
 * is equal.
 */
final class Fields {
    /** Up to here an insertion sort, which makes no garbage and is quick on what is nearly sorted already. */
    private static final int FEW = 32;

    private final boolean valuesCount;
    private final ByteText bytes = new ByteText(1024);
    private int[] starts = new int[FEW];
    private int[] nameEnds = new int[FEW];
    private int[] ends = new int[FEW];
    private int[] order = new int[FEW];
    private int count;

    /** {@code valuesCount}: pairs of the same name are sorted by their values. */
    Fields(boolean valuesCount) {
        this.valuesCount = valuesCount;
    }

    void clear() {
        bytes.clear();
        count = 0;
    }

    int count() {
        return count;
    }

    /** Begins a pair: the caller appends the name here, then calls {@link #separate}. */
    ByteText begin() {
        if (count == starts.length) {
            grow();
        }
        starts[count] = bytes.length();
        return bytes;
    }

    /** Ends the name: the caller appends the value, then calls {@link #end}. */
    void separate(char separator) {
        nameEnds[count] = bytes.length();
        bytes.append(separator);
    }

    void end() {
        ends[count] = bytes.length();
        order[count] = count;
        count++;
    }

    void sort() {
        if (count > FEW) {
            sortMany();
            return;
        }
        for (int i = 1; i < count; i++) {
            int moved = order[i];
            int at = i;
            while (at > 0 && compare(order[at - 1], moved) > 0) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = moved;
        }
    }

    /** A query of thousands of pairs must not cost the square of their number. */
    private void sortMany() {
        Integer[] boxed = new Integer[count];
        Arrays.setAll(boxed, i -> order[i]);
        Arrays.sort(boxed, this::compare);
        for (int i = 0; i < count; i++) {
            order[i] = boxed[i];
        }
    }

    private int compare(int one, int other) {
        byte[] text = bytes.bytes();
        int names = Arrays.compareUnsigned(text, starts[one], nameEnds[one], text, starts[other], nameEnds[other]);
        if (names != 0 || !valuesCount) {
            return names;
        }
        return Arrays.compareUnsigned(text, nameEnds[one], ends[one], text, nameEnds[other], ends[other]);
    }

    /** Whether the pair at {@code index} of the sorted ones has the name of the one before it. */
    boolean repeatsName(int index) {
        if (index == 0) {
            return false;
        }
        int one = order[index - 1];
        int other = order[index];
        byte[] text = bytes.bytes();
        return Arrays.equals(text, starts[one], nameEnds[one], text, starts[other], nameEnds[other]);
    }

    boolean isNamed(int index, byte[] name) {
        int field = order[index];
        return Arrays.equals(bytes.bytes(), starts[field], nameEnds[field], name, 0, name.length);
    }

    void writeName(int index, ByteText to) {
        int field = order[index];
        to.append(bytes.bytes(), starts[field], nameEnds[field]);
    }

    void writeValue(int index, ByteText to) {
        int field = order[index];
        to.append(bytes.bytes(), nameEnds[field] + 1, ends[field]);
    }

    /** Name, separator and value. */
    void writePair(int index, ByteText to) {
        int field = order[index];
        to.append(bytes.bytes(), starts[field], ends[field]);
    }

    private void grow() {
        int capacity = 2 * count;
        starts = Arrays.copyOf(starts, capacity);
        nameEnds = Arrays.copyOf(nameEnds, capacity);
        ends = Arrays.copyOf(ends, capacity);
        order = Arrays.copyOf(order, capacity);
    }
}
