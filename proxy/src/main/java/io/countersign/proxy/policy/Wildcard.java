package io.countersign.proxy.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pattern in which {@code *} is any characters, also none, and {@code ?} is one; compiled once, matched in bounded time.
 *
 * <p>The parts between the stars are looked for from left to right, each where it first occurs, and never looked for again:
 * if the rest fits after some occurrence, it fits after the first. So nothing backtracks. A long part is found in as many steps as
 * the text has characters, and one with {@code ?} in it by bit-parallel search (Shift-And), in that many for each 64 of its own.
 */
final class Wildcard {
    /** Of which {@code prefix} begins the text and {@code suffix} ends it. */
    private final String prefix;

    private final Part[] middle;
    private final String suffix;

    /** Without a star the prefix is the whole. */
    private final boolean star;

    private final int minLength;

    private Wildcard(List<String> parts) {
        star = parts.size() > 1;
        prefix = parts.get(0);
        suffix = star ? parts.get(parts.size() - 1) : "";
        List<Part> between = new ArrayList<>();
        int length = prefix.length() + suffix.length();
        for (int i = 1; i < parts.size() - 1; i++) {
            if (!parts.get(i).isEmpty()) {
                between.add(Part.of(parts.get(i)));
                length += parts.get(i).length();
            }
        }
        middle = between.toArray(new Part[0]);
        minLength = length;
    }

    static Wildcard of(String pattern) {
        return new Wildcard(Arrays.asList(pattern.split("\\*", -1)));
    }

    /** Whether the pattern stands for the whole text. */
    boolean matches(String text) {
        int length = text.length();
        if (length < minLength || (!star && length != minLength) || !isAt(prefix, text, 0)) {
            return false;
        }
        int end = length - suffix.length();
        if (!isAt(suffix, text, end)) {
            return false;
        }
        int from = prefix.length();
        for (Part part : middle) {
            from = part.endOfFirst(text, from, end);
            if (from < 0) {
                return false;
            }
        }
        return true;
    }

    /** How many times a text is looked through at most, a step for each of its characters. */
    int searches() {
        int searches = 0;
        for (Part part : middle) {
            searches = Math.max(searches, part.steps());
        }
        return searches;
    }

    private static boolean isAt(String part, String text, int at) {
        if (part.indexOf('?') < 0) {
            return text.startsWith(part, at);
        }
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c != '?' && c != text.charAt(at + i)) {
                return false;
            }
        }
        return true;
    }

    /** What is between two stars. */
    private sealed interface Part {
        static Part of(String text) {
            if (text.indexOf('?') >= 0) {
                return Bits.of(text);
            }
            return text.length() > ShortText.MAX ? LongText.of(text) : new ShortText(text);
        }

        /** The index after its first occurrence within [from, to), or -1. */
        int endOfFirst(String text, int from, int to);

        /** How many steps a search takes for each character of the text. */
        default int steps() {
            return 1;
        }
    }

    /** Short enough that comparing it anew at each place costs little. */
    private record ShortText(String part) implements Part {
        private static final int MAX = 16;

        @Override
        public int endOfFirst(String text, int from, int to) {
            int at = text.indexOf(part, from);
            return at < 0 || at + part.length() > to ? -1 : at + part.length();
        }
    }

    /**
     * The search of Knuth, Morris and Pratt, which looks at no character of the text twice.
     *
     * @param borders by length of what has matched: how much of it still does when the next character doesn't
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record LongText(String part, int[] borders) implements Part {

        static LongText of(String part) {
            int[] borders = new int[part.length() + 1];
            borders[0] = -1;
            int border = -1;
            for (int i = 0; i < part.length(); i++) {
                while (border >= 0 && part.charAt(border) != part.charAt(i)) {
                    border = borders[border];
                }
                borders[i + 1] = ++border;
            }
            return new LongText(part, borders);
        }

        @Override
        public int endOfFirst(String text, int from, int to) {
            int matched = 0;
            for (int at = from; at < to; at++) {
                while (matched >= 0 && part.charAt(matched) != text.charAt(at)) {
                    matched = borders[matched];
                }
                if (++matched == part.length()) {
                    return at + 1;
                }
            }
            return -1;
        }
    }

    /**
     * Bit i of the state: the part's first i + 1 characters end here.
     *
     * @param ascii by character below 128, where it may be
     * @param masks the same of other characters; one that is not in it may be only where {@code ?} is
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bits(int length, long[][] ascii, Map<Character, long[]> masks, long[] others) implements Part {
        private static final int ASCII = 128;

        static Bits of(String part) {
            int words = (part.length() + 63) / 64;
            long[] others = new long[words];
            for (int i = 0; i < part.length(); i++) {
                if (part.charAt(i) == '?') {
                    others[i / 64] |= 1L << i;
                }
            }
            Map<Character, long[]> masks = new HashMap<>();
            for (int i = 0; i < part.length(); i++) {
                if (part.charAt(i) != '?') {
                    masks.computeIfAbsent(part.charAt(i), c -> others.clone())[i / 64] |= 1L << i;
                }
            }
            long[][] ascii = new long[ASCII][];
            for (char c = 0; c < ASCII; c++) {
                ascii[c] = masks.getOrDefault(c, others);
            }
            return new Bits(part.length(), ascii, masks, others);
        }

        @Override
        public int endOfFirst(String text, int from, int to) {
            long[] state = new long[others.length];
            long last = 1L << (length - 1);
            for (int at = from; at < to; at++) {
                char c = text.charAt(at);
                long[] mask = c < ASCII ? ascii[c] : masks.getOrDefault(c, others);
                long carry = 1;
                for (int word = 0; word < state.length; word++) {
                    long shifted = state[word] << 1 | carry;
                    carry = state[word] >>> 63;
                    state[word] = shifted & mask[word];
                }
                if ((state[state.length - 1] & last) != 0) {
                    return at + 1;
                }
            }
            return -1;
        }

        @Override
        public int steps() {
            return others.length;
        }
    }
}
