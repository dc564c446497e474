package io.countersign.proxy.policy;

import io.countersign.proxy.config.NearestKey;
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
        STRING_EQUALS("StringEquals"),
        STRING_NOT_EQUALS("StringNotEquals"),
        STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase"),
        STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase"),
        STRING_LIKE("StringLike"),
        STRING_NOT_LIKE("StringNotLike"),
        NUMERIC_EQUALS("NumericEquals"),
        NUMERIC_NOT_EQUALS("NumericNotEquals"),
        NUMERIC_LESS_THAN("NumericLessThan"),
        NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals"),
        NUMERIC_GREATER_THAN("NumericGreaterThan"),
        NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals"),
        DATE_EQUALS("DateEquals"),
        DATE_NOT_EQUALS("DateNotEquals"),
        DATE_LESS_THAN("DateLessThan"),
        DATE_LESS_THAN_EQUALS("DateLessThanEquals"),
        DATE_GREATER_THAN("DateGreaterThan"),
        DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals"),
        BOOL("Bool"),
        IP_ADDRESS("IpAddress"),
        NOT_IP_ADDRESS("NotIpAddress"),
        ARN_EQUALS("ArnEquals"),
        ARN_NOT_EQUALS("ArnNotEquals"),
        ARN_LIKE("ArnLike"),
        ARN_NOT_LIKE("ArnNotLike"),
        NULL("Null");

        private final String text;

        Comparison(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        boolean compares(Kind kind) {
            return this == NULL
                    || switch (kind) {
                        case TEXT -> isOf("String");
                        case ARN -> isOf("Arn") || isOf("String");
                        case ADDRESS -> this == IP_ADDRESS || this == NOT_IP_ADDRESS;
                        case DATE -> isOf("Date");
                        case EPOCH -> isOf("Date") || isOf("Numeric");
                        case BOOL -> this == BOOL;
                    };
        }

        /** Names of one family begin alike. */
        private boolean isOf(String family) {
            return text.startsWith(family);
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
        return "is not a condition operator" + NearestKey.hint(base, NAMES)
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
