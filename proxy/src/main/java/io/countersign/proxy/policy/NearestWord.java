package io.countersign.proxy.policy;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Says which known word was probably meant. */
final class NearestWord {
    private NearestWord() {}

    /** {@code ; did you mean "x"?}, or all words when none is near. */
    static String hint(String written, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(word -> distance(written, word))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(word -> distance(written, word) <= Math.max(2, word.length() / 3))
                .map(word -> "; did you mean \"" + word + "\"?")
                .orElseGet(() -> "; known here: "
                        + String.join(", ", known.stream().sorted().toList()));
    }

    /** Levenshtein's distance; upper case costs nothing. Whatever is far longer than any word is far from it. */
    private static int distance(String one, String two) {
        if (one.length() > 2 * two.length() + 2) {
            return Integer.MAX_VALUE;
        }
        String a = one.toLowerCase(Locale.ROOT);
        String b = two.toLowerCase(Locale.ROOT);
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(above[j - 1] + change, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
