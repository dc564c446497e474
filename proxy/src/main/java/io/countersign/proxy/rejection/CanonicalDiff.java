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

/** Says in words where AWS's canonical request and ours part. Names and paths are told; values of headers and query never. */
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
            findings.add("method differs: AWS saw " + word(aws.method()) + ", we signed " + ours.method());
        }
    }

    private void path() {
        String theirs = aws.path();
        String mine = ours.path();
        if (theirs.equals(mine)) {
            return;
        }
        if (theirs.equals(mine.replace("%", "%25"))) {
            findings.add("path encoded once, expected twice: set path-style = aws on the route");
        } else if (mine.equals(theirs.replace("%", "%25"))) {
            findings.add("path encoded twice, expected once: set path-style = s3 on the route");
        } else if (squeezed(theirs).equals(squeezed(mine))) {
            findings.add(
                    mine.contains("//")
                            ? "path signed as it came, expected normalised"
                            : "path normalised, expected as it came");
        } else {
            findings.add("path differs: AWS has " + word(theirs) + ", we signed " + word(mine));
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
            findings.add("query order differs");
            return;
        }
        Set<String> names = new TreeSet<>();
        difference(theirs, mine).forEach(pair -> names.add(name(pair)));
        difference(mine, theirs).forEach(pair -> names.add(name(pair)));
        names.forEach(name -> findings.add("query parameter " + word(name) + " differs"));
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
                findings.add("header " + word(name) + " is in AWS's canonical request, not in ours");
            } else if (!theirs.containsKey(name)
                    || (theirs.get(name).isEmpty() && !mine.get(name).isEmpty())) {
                findings.add("header " + word(name) + " was signed, but did not reach AWS");
            } else if (!theirs.get(name).equals(mine.get(name))) {
                findings.add("header " + word(name) + " differs");
            }
        }
        if (findings.size() == before && !aws.signedHeaders().equals(ours.signedHeaders())) {
            findings.add("list of signed headers differs: AWS has " + word(aws.signedHeaders()) + ", we signed "
                    + word(ours.signedHeaders()));
        }
    }

    private void payload() {
        if (!aws.payload().equals(ours.payload())) {
            findings.add("hash of the body differs: the body was changed on its way, or hashed in another mode");
        }
    }

    /** Fit for one log line. */
    private static String word(String text) {
        String plain = text.replaceAll("[^\\x21-\\x7e]", "?");
        return plain.length() <= 120 ? plain : plain.substring(0, 120) + "...";
    }
}
