package io.countersign.proxy.signing;

import io.countersign.proxy.config.ScopeName;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The regions in which a signature of Signature Version 4A is valid, separated by commas: names such as {@code us-east-1},
 * patterns such as {@code us-*}, or {@code *} for all.
 *
 * @param text as it is sent, without blanks
 */
public record RegionSet(String text) {

    /** Empty when it is not one. */
    public static Optional<RegionSet> parse(String written) {
        String text = Stream.of(written.split(",", -1)).map(String::strip).collect(Collectors.joining(","));
        return names(text).allMatch(RegionSet::isNameOrPattern) ? Optional.of(new RegionSet(text)) : Optional.empty();
    }

    private static boolean isNameOrPattern(String text) {
        return ScopeName.isName(text.replace('*', 'x'));
    }

    private static Stream<String> names(String text) {
        return Stream.of(text.split(",", -1));
    }

    /** The regions that it names in full. */
    public Stream<String> names() {
        return names(text).filter(ScopeName::isName);
    }

    /** The one region that it names; empty for several and for a pattern. */
    public Optional<String> single() {
        return ScopeName.isName(text) ? Optional.of(text) : Optional.empty();
    }

    /** Whether a signature is valid in a region. */
    public boolean covers(String region) {
        return names(text).anyMatch(each -> matches(each, region));
    }

    /** Without a regular expression: what an operator writes must not become one. */
    private static boolean matches(String pattern, String region) {
        String[] parts = pattern.split("\\*", -1);
        if (parts.length == 1) {
            return pattern.equals(region);
        }
        String last = parts[parts.length - 1];
        int at = parts[0].length();
        if (!region.startsWith(parts[0])) {
            return false;
        }
        for (int i = 1; i < parts.length - 1; i++) {
            int found = region.indexOf(parts[i], at);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length();
        }
        return region.length() - last.length() >= at && region.endsWith(last);
    }
}
