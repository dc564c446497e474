package io.countersign.proxy.policy;

import io.countersign.proxy.policy.ConditionKey.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A condition operator, from "IAM JSON policy elements: Condition operators" in the IAM User Guide.
 *
 * @param ifExists whether an absent key satisfies it
 */
record Operator(Comparison comparison, boolean ifExists) {
    private static final String IF_EXISTS = "IfExists";

    /** What is compared how. A negated one holds when none of its values matches, and when the key is absent. */
    enum Comparison {
        STRING_EQUALS("StringEquals", Kind.TEXT, Kind.ARN),
        STRING_NOT_EQUALS("StringNotEquals", Kind.TEXT, Kind.ARN),
        STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", Kind.TEXT, Kind.ARN),
        STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", Kind.TEXT, Kind.ARN),
        STRING_LIKE("StringLike", Kind.TEXT, Kind.ARN),
        STRING_NOT_LIKE("StringNotLike", Kind.TEXT, Kind.ARN),
        NUMERIC_EQUALS("NumericEquals", Kind.EPOCH),
        NUMERIC_NOT_EQUALS("NumericNotEquals", Kind.EPOCH),
        NUMERIC_LESS_THAN("NumericLessThan", Kind.EPOCH),
        NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", Kind.EPOCH),
        NUMERIC_GREATER_THAN("NumericGreaterThan", Kind.EPOCH),
        NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", Kind.EPOCH),
        DATE_EQUALS("DateEquals", Kind.DATE, Kind.EPOCH),
        DATE_NOT_EQUALS("DateNotEquals", Kind.DATE, Kind.EPOCH),
        DATE_LESS_THAN("DateLessThan", Kind.DATE, Kind.EPOCH),
        DATE_LESS_THAN_EQUALS("DateLessThanEquals", Kind.DATE, Kind.EPOCH),
        DATE_GREATER_THAN("DateGreaterThan", Kind.DATE, Kind.EPOCH),
        DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals", Kind.DATE, Kind.EPOCH),
        BOOL("Bool", Kind.BOOL),
        IP_ADDRESS("IpAddress", Kind.ADDRESS),
        NOT_IP_ADDRESS("NotIpAddress", Kind.ADDRESS),
        ARN_EQUALS("ArnEquals", Kind.ARN),
        ARN_NOT_EQUALS("ArnNotEquals", Kind.ARN),
        ARN_LIKE("ArnLike", Kind.ARN),
        ARN_NOT_LIKE("ArnNotLike", Kind.ARN),
        NULL("Null", Kind.values());

        private final String text;
        /** A bit for each kind, by its ordinal number. */
        private final int kinds;

        Comparison(String text, Kind... kinds) {
            this.text = text;
            this.kinds = Stream.of(kinds).mapToInt(kind -> 1 << kind.ordinal()).reduce(0, (all, bit) -> all | bit);
        }

        String text() {
            return text;
        }

        boolean compares(Kind kind) {
            return (kinds & (1 << kind.ordinal())) != 0;
        }

        boolean isNegated() {
            return text.contains("Not");
        }
    }

    private static final List<String> NAMES =
            Stream.of(Comparison.values()).map(Comparison::text).toList();

    static Optional<Operator> named(String name) {
        boolean ifExists = name.endsWith(IF_EXISTS);
        String base = ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name;
        return Stream.of(Comparison.values())
                .filter(comparison -> comparison.text.equals(base))
                .filter(comparison -> !ifExists || comparison != Comparison.NULL)
                .map(comparison -> new Operator(comparison, ifExists))
                .findFirst();
    }

    /** Why no operator has this name, and what would be right. */
    static String refusal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("forallvalues:") || lower.startsWith("foranyvalue:")) {
            return "compares keys of several values, and each key here has one; write \""
                    + name.substring(name.indexOf(':') + 1) + "\"";
        }
        if (lower.equals("nullifexists")) {
            return "is not an operator, since Null asks itself whether the key exists; write \"Null\"";
        }
        if (lower.startsWith("binary")) {
            return "compares binary keys, and API Gateway has none";
        }
        boolean ifExists = lower.endsWith("ifexists");
        String base = ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name;
        return "is not a condition operator" + NearestWord.hint(base, NAMES)
                + (ifExists ? " (IfExists can follow any but Null)" : "");
    }

    boolean isNegated() {
        return comparison.isNegated();
    }

    boolean holdsWhenAbsent() {
        return ifExists || isNegated();
    }

    @Override
    public String toString() {
        return comparison.text() + (ifExists ? IF_EXISTS : "");
    }
}
