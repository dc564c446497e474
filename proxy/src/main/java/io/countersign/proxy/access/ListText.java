package io.countersign.proxy.access;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;

/** The text of a list that was fetched, held in memory: its comments can't be read back from anywhere else. */
public final class ListText {
    private final byte[] bytes;

    /** @param bytes the text's from now on */
    public ListText(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The whole text from its beginning. */
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }

    /** In bytes. */
    public int size() {
        return bytes.length;
    }

    /** Copies all of it. */
    public void copyTo(byte[] into, int at) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
    }

    /** Whether both are the same text. */
    public boolean isSameAs(ListText other) {
        return Arrays.equals(bytes, other.bytes);
    }

    /** The line that begins at or after {@code start}, so many lines on. */
    String line(int start, int skipped) {
        return LineComment.nth(skipped, bytes, start, bytes.length);
    }
}
