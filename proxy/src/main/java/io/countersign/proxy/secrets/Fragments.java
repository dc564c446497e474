package io.countersign.proxy.secrets;

import java.util.Arrays;

/**
 * Finds a secret, or a piece of it, in a text. A piece counts because whoever quoted the secret may have cut it first: half
 * a token is still half a token.
 *
 * <p>The text is only looked at every few characters: each piece that is long enough holds a sequence of four that begins
 * at such a place. So a text without secrets costs next to nothing.
 */
final class Fragments {
    /** A piece of this length is a secret's, not chance. */
    private static final int PIECE = 12;
    /** At a text's end, where it may have been cut, less is enough. */
    private static final int PIECE_AT_END = 6;

    private static final int GRAM = 4;
    /** A secret that repeats itself holds the same sequence often; any of them finds it. */
    private static final int MAX_TRIES = 64;

    private final String secret;
    private final int piece;
    /** By a sequence's hash the place in the secret where one begins, or -1; {@link #next} leads on to others. */
    private final short[] first;

    private final short[] next;

    /** @param secret of less than 32 KiB */
    Fragments(String secret) {
        this.secret = secret;
        this.piece = Math.min(PIECE, secret.length());
        this.first = new short[Integer.highestOneBit(secret.length()) * 8];
        this.next = new short[secret.length()];
        Arrays.fill(first, (short) -1);
        for (int at = 0; at + GRAM <= secret.length(); at++) {
            int slot = slot(secret, at);
            next[at] = first[slot];
            first[slot] = (short) at;
        }
    }

    /** Receives what was found, as a range of the text. */
    interface Found {
        void at(int from, int to);
    }

    void find(String text, Found found) {
        int stride = piece - GRAM + 1;
        for (int at = 0; at + GRAM <= text.length(); at += stride) {
            int tries = 0;
            for (int offset = first[slot(text, at)]; offset >= 0 && tries < MAX_TRIES; offset = next[offset]) {
                widen(text, at, offset, found);
                tries++;
            }
        }
        for (int length = Math.min(piece, text.length()); length >= PIECE_AT_END; length--) {
            if (secret.regionMatches(0, text, text.length() - length, length)) {
                found.at(text.length() - length, text.length());
                break;
            }
        }
    }

    private void widen(String text, int at, int offset, Found found) {
        int end = at;
        for (int i = offset; end < text.length() && i < secret.length() && text.charAt(end) == secret.charAt(i); i++) {
            end++;
        }
        if (end - at < GRAM) {
            return;
        }
        int before = 0;
        while (before < at && before < offset && text.charAt(at - before - 1) == secret.charAt(offset - before - 1)) {
            before++;
        }
        if (end - (at - before) >= piece) {
            found.at(at - before, end);
        }
    }

    private int slot(String text, int at) {
        int gram = text.charAt(at) * 31 * 31 * 31
                + text.charAt(at + 1) * 1009 * 31
                + text.charAt(at + 2) * 65_599
                + text.charAt(at + 3) * 2_654_435;
        return ((gram >>> 16) ^ gram) & (first.length - 1);
    }

    @Override
    public String toString() {
        return "Fragments[redacted]";
    }
}
