package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of text that are written, read and cleared for each request, in one array that grows, so that signing makes no garbage. */
final class ByteText {
    private byte[] bytes;
    private int length;

    ByteText(int capacity) {
        bytes = new byte[capacity];
    }

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    /** The bytes up to {@link #length}; another array once the buffer has grown. */
    byte[] bytes() {
        return bytes;
    }

    /** Makes room for {@code more} bytes, and returns the array to write them to from {@link #length} on. */
    byte[] reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
        }
        return bytes;
    }

    /** Takes {@code newLength} for the length: after writing what was reserved, or to drop the end. */
    void setLength(int newLength) {
        length = newLength;
    }

    void append(char ascii) {
        reserve(1)[length++] = (byte) ascii;
    }

    void append(byte[] from) {
        append(from, 0, from.length);
    }

    void append(byte[] from, int start, int end) {
        int count = end - start;
        System.arraycopy(from, start, reserve(count), length, count);
        length += count;
    }

    void append(ByteText from) {
        append(from.bytes, 0, from.length);
    }

    /** Appends a text of which the caller knows that it is ASCII. */
    void appendAscii(String text) {
        int count = text.length();
        copyLowBytes(text, count, reserve(count), length);
        length += count;
    }

    /** Appends two lower-case hex digits for each byte. */
    void appendHex(byte[] from) {
        Sha256.hex(from, reserve(2 * from.length), length);
        length += 2 * from.length;
    }

    // The one copy from a String to an array that is there without making another array. It takes the low byte of each
    // character, hence the deprecation; which is right here, since an ASCII character is its low byte.
    @SuppressWarnings("deprecation")
    private static void copyLowBytes(String text, int count, byte[] to, int at) {
        text.getBytes(0, count, to, at);
    }

    /** The bytes as text, which they are as UTF-8. */
    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** As {@link #toString}, for bytes that are known to be ASCII. */
    String toAscii() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
