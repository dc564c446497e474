package io.countersign.gateway.calls.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Bytes that are looked for in others, by Horspool's method: the byte under the end of the needle says how far the next place is where it
 * can be, so that most of a line is never looked at. Searches spend their time here, and on unpacking.
 */
final class Needle {
    private static final int BYTES = 256;

    private final byte[] wanted;
    private final int[] skips = new int[BYTES];

    Needle(String text) {
        wanted = text.getBytes(UTF_8);
        Arrays.fill(skips, wanted.length);
        for (int i = 0; i < wanted.length - 1; i++) {
            skips[wanted[i] & 0xff] = wanted.length - 1 - i;
        }
    }

    int length() {
        return wanted.length;
    }

    /** Where it first begins between {@code from} and {@code to}; -1 where it does not. */
    int indexIn(byte[] text, int from, int to) {
        int last = wanted.length - 1;
        int end = from + last;
        while (end < to) {
            if (isAt(text, end - last)) {
                return end - last;
            }
            end += skips[text[end] & 0xff];
        }
        return -1;
    }

    /** Whether it is there. */
    boolean isAt(byte[] text, int at) {
        for (int i = wanted.length - 1; i >= 0; i--) {
            if (text[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
