package io.countersign.proxy.fields;

import java.util.List;
import java.util.function.Predicate;

/** A field whose value is a comma-separated list, over all its lines (RFC 9110 section 5.6.1). */
public final class ListField {
    private ListField() {}

    /** Whether one of the members is {@code token}, in any case. */
    public static boolean has(List<String> lines, String token) {
        return any(lines, member -> member.equalsIgnoreCase(token));
    }

    /** Whether {@code test} holds for one of the members, stripped of white space; an empty one counts. */
    public static boolean any(List<String> lines, Predicate<String> test) {
        for (String line : lines) {
            for (String member : line.split(",", -1)) {
                if (test.test(member.strip())) {
                    return true;
                }
            }
        }
        return false;
    }
}
