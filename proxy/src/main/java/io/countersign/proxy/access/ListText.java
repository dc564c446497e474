package io.countersign.proxy.access;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The text of a list that was fetched, held in memory: its comments can't be read back from anywhere else. */
public final class ListText {
    private final byte[] bytes;
    private final int from;

    /** @param bytes the text's from now on */
    public ListText(byte[] bytes) {
        this(bytes, 0);
    }

    /**
     * The rest of what was read.
     *
     * @param bytes the text's from now on
     * @param from where the text begins
     */
    public ListText(byte[] bytes, int from) {
        this.bytes = bytes;
        this.from = from;
    }

    /** The whole text from its beginning. */
    public InputStream open() {
        return new ByteArrayInputStream(bytes, from, size());
    }

    /** In bytes. */
    public int size() {
        return bytes.length - from;
    }

    /** The text as bytes, to be read alone. */
    public ByteBuffer content() {
        return ByteBuffer.wrap(bytes, from, size()).asReadOnlyBuffer();
    }

    /** Whether both are the same text. */
    public boolean isSameAs(ListText other) {
        return content().equals(other.content());
    }

    /** The line that begins at {@code start} of the text, or that many lines after it. */
    String line(int start, int skipped) {
        return LineComment.nth(skipped, bytes, from + start, bytes.length);
    }
}
