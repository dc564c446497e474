package io.countersign.proxy.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what was probably meant by a misspelt key or name. */
public final class NearestKey {
    private NearestKey() {}

    /** The known key at the least edit distance, if that is near enough to be what was meant. */
    public static Optional<String> of(String written, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(key -> distance(written, key))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(key -> distance(written, key) <= Math.max(2, written.length() / 2));
    }

    /** The known name at the least edit distance, if that is no more than {@code max}. */
    public static Optional<String> within(int max, String written, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(name -> distance(written, name))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(name -> distance(written, name) <= max);
    }

    /** {@code ; did you mean "x"?}, or all that could have been meant when nothing is near. */
    public static String hint(String written, Collection<String> known) {
        return of(written, known)
                .map(key -> "; did you mean \"" + key + "\"?")
                .orElseGet(() -> known.isEmpty()
                        ? ""
                        : "; known here: "
                                + String.join(", ", known.stream().sorted().toList()));
    }

    /** Levenshtein's distance, two neighbours swapped counting once; upper case and underscores cost nothing. */
    public static int distance(String one, String two) {
        String a = fold(one);
        String b = fold(two);
        if (a.length() > 2 * b.length() + 2) {
            // Far in any case; what was written may be as long as a file.
            return a.length() - b.length();
        }
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }

    private static String fold(String key) {
        return key.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
