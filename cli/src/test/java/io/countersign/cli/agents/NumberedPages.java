package io.countersign.cli.agents;

import io.countersign.testing.Await;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pages of a {@link Target} whose every line is a series of its own, told apart by the number of the scrape: so the
 * labels alone, which the stand-in keeps, say which scrape a sample is from.
 */
final class NumberedPages {
    private static final int SERIES = 100;
    private static final Pattern LABELS = Pattern.compile("__name__=\"probe\".*(scrape=\"\\d+\",series=\"\\d+\")");

    private NumberedPages() {}

    static String page(int scrape) {
        return labels(scrape).stream()
                .map(labels -> "probe{" + labels + "} 1\n")
                .collect(Collectors.joining());
    }

    private static List<String> labels(int scrape) {
        return IntStream.range(0, SERIES)
                .mapToObj(series -> "scrape=\"" + scrape + "\",series=\"" + series + "\"")
                .toList();
    }

    /** What the scrapes up to this one got. */
    static Set<String> served(int scrapes) {
        return IntStream.rangeClosed(1, scrapes)
                .boxed()
                .flatMap(scrape -> labels(scrape).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What of it came to the stand-in. */
    static Set<String> arrived(StandInProcess standIn) throws IOException {
        return standIn.samples().stream()
                .map(LABELS::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Waits until all that the target served has come to the stand-in, and nothing else came. */
    static void assertAllArrive(Target target, StandInProcess standIn) throws IOException {
        Set<String> served = served(target.served());
        Await.until("all that was served to arrive", () -> arrived(standIn).containsAll(served));
        Ledgers.assertEqual(served, arrived(standIn));
    }
}
