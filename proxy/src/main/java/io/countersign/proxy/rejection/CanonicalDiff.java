package io.countersign.proxy.rejection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Says in words where AWS's canonical request and ours differ: by names and paths, never by values of headers or query. */
final class CanonicalDiff {
    private final CanonicalParts aws;
    private final CanonicalParts ours;
    private final List<String> findings = new ArrayList<>();

    private CanonicalDiff(CanonicalParts aws, CanonicalParts ours) {
        this.aws = aws;
        this.ours = ours;
    }

    static List<String> of(String aws, String ours) {
        Optional<CanonicalParts> theirs = CanonicalParts.of(aws);
        Optional<CanonicalParts> mine = CanonicalParts.of(ours);
        if (theirs.isEmpty() || mine.isEmpty()) {
            return List.of();
        }
        CanonicalDiff diff = new CanonicalDiff(theirs.get(), mine.get());
        diff.method();
        diff.path();
        diff.query();
        diff.headers();
        diff.payload();
        return diff.findings;
    }

    private void method() {
        if (!aws.method().equals(ours.method())) {
            findings.add(Finding.METHOD_DIFFERS.with(word(aws.method()), ours.method()));
        }
    }

    private void path() {
        String theirs = aws.path();
        String mine = ours.path();
        if (theirs.equals(mine)) {
            return;
        }
        if (theirs.equals(mine.replace("%", "%25"))) {
            findings.add(Finding.PATH_ENCODED_ONCE.with());
        } else if (mine.equals(theirs.replace("%", "%25"))) {
            findings.add(Finding.PATH_ENCODED_TWICE.with());
        } else if (squeezed(theirs).equals(squeezed(mine))) {
            findings.add(mine.contains("//") ? Finding.PATH_NOT_NORMALISED.with() : Finding.PATH_NORMALISED.with());
        } else {
            findings.add(Finding.PATH_DIFFERS.with(word(theirs), word(mine)));
        }
    }

    private static String squeezed(String path) {
        return path.replaceAll("/+", "/");
    }

    private void query() {
        if (aws.query().equals(ours.query())) {
            return;
        }
        List<String> theirs = sorted(aws.query());
        List<String> mine = sorted(ours.query());
        if (theirs.equals(mine)) {
            findings.add(Finding.QUERY_ORDER.with());
            return;
        }
        Set<String> names = new TreeSet<>();
        difference(theirs, mine).forEach(pair -> names.add(name(pair)));
        difference(mine, theirs).forEach(pair -> names.add(name(pair)));
        names.forEach(name -> findings.add(Finding.QUERY_PARAMETER.with(word(name))));
    }

    private static List<String> sorted(String query) {
        return Arrays.stream(query.split("&", -1)).sorted().toList();
    }

    private static List<String> difference(List<String> from, List<String> without) {
        Map<String, Integer> counts = new HashMap<>();
        without.forEach(pair -> counts.merge(pair, 1, Integer::sum));
        return from.stream()
                .filter(pair -> counts.merge(pair, -1, Integer::sum) < 0)
                .toList();
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair : pair.substring(0, equals);
    }

    private void headers() {
        Set<String> names = new TreeSet<>(aws.headers().keySet());
        names.addAll(ours.headers().keySet());
        var theirs = new TreeMap<>(aws.headers());
        var mine = new TreeMap<>(ours.headers());
        int before = findings.size();
        for (String name : names) {
            if (!mine.containsKey(name)) {
                findings.add(Finding.HEADER_NOT_OURS.with(word(name)));
            } else if (!theirs.containsKey(name)
                    || (theirs.get(name).isEmpty() && !mine.get(name).isEmpty())) {
                findings.add(Finding.HEADER_LOST.with(word(name)));
            } else if (!theirs.get(name).equals(mine.get(name))) {
                findings.add(Finding.HEADER_DIFFERS.with(word(name)));
            }
        }
        if (findings.size() == before && !aws.signedHeaders().equals(ours.signedHeaders())) {
            findings.add(Finding.SIGNED_HEADERS.with(word(aws.signedHeaders()), word(ours.signedHeaders())));
        }
    }

    private void payload() {
        if (!aws.payload().equals(ours.payload())) {
            findings.add(Finding.BODY_HASH.with());
        }
    }

    /** Fit for one log line. */
    private static String word(String text) {
        String plain = text.replaceAll("[^\\x21-\\x7e]", "?");
        return plain.length() <= 120 ? plain : plain.substring(0, 120) + "...";
    }
}
