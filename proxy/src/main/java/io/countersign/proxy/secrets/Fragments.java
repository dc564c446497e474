package io.countersign.proxy.secrets;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    private static final int MAX_OFFSETS = 32;

    private final String secret;
    private final int piece;
    private final BitSet hashes = new BitSet(1 << 16);
    private final Map<Integer, List<Integer>> offsets = new HashMap<>();

    Fragments(String secret) {
        this.secret = secret;
        this.piece = Math.min(PIECE, secret.length());
        for (int at = 0; at + GRAM <= secret.length(); at++) {
            int gram = gram(secret, at);
            hashes.set((gram >>> 16) ^ (gram & 0xFFFF));
            List<Integer> places = offsets.computeIfAbsent(gram, none -> new ArrayList<>(1));
            if (places.size() < MAX_OFFSETS) {
                places.add(at);
            }
        }
    }

    /** Receives what was found, as a range of the view. */
    interface Found {
        void at(int from, int to);
    }

    void find(String text, Found found) {
        int stride = piece - GRAM + 1;
        for (int at = 0; at + GRAM <= text.length(); at += stride) {
            int gram = gram(text, at);
            if (hashes.get((gram >>> 16) ^ (gram & 0xFFFF))) {
                for (int offset : offsets.getOrDefault(gram, List.of())) {
                    widen(text, at, offset, found);
                }
            }
        }
        for (int length = Math.min(piece, text.length()); length >= PIECE_AT_END; length--) {
            if (secret.startsWith(text.substring(text.length() - length))) {
                found.at(text.length() - length, text.length());
                break;
            }
        }
    }

    private void widen(String text, int at, int offset, Found found) {
        int before = 0;
        while (before < at && before < offset && text.charAt(at - before - 1) == secret.charAt(offset - before - 1)) {
            before++;
        }
        int end = at;
        for (int i = offset; end < text.length() && i < secret.length() && text.charAt(end) == secret.charAt(i); i++) {
            end++;
        }
        if (end - (at - before) >= piece) {
            found.at(at - before, end);
        }
    }

    private static int gram(String text, int at) {
        return text.charAt(at) * 31 * 31 * 31
                + text.charAt(at + 1) * 1009 * 31
                + text.charAt(at + 2) * 65_599
                + text.charAt(at + 3) * 2_654_435;
    }

    @Override
    public String toString() {
        return "Fragments[redacted]";
    }
}
