package io.countersign.proxy.policy;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.policy.ConditionKey.Kind;
import io.countersign.proxy.policy.Operator.Comparison;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonBoolean;
import io.countersign.proxy.policy.json.JsonValue.JsonNumber;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.JsonString;
import io.countersign.proxy.policy.json.JsonValue.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Reads the {@code Condition} of a statement: operators, under each its keys, under each its values. */
final class ConditionReader {
    private final PolicyFaults faults;

    ConditionReader(PolicyFaults faults) {
        this.faults = faults;
    }

    List<Condition> read(JsonValue value) {
        List<Condition> conditions = new ArrayList<>();
        for (Member operator : members(value, "Condition", "operators, such as \"IpAddress\"")) {
            Optional<Operator> known = Operator.named(operator.name());
            if (known.isEmpty()) {
                faults.add(operator.at(), "\"" + operator.name() + "\" " + Operator.refusal(operator.name()));
                continue;
            }
            Map<ConditionKey, Member> seen = new HashMap<>();
            for (Member key : members(operator.value(), operator.name(), "condition keys, such as \"aws:SourceIp\"")) {
                ConditionKey.named(key.name())
                        .ifPresentOrElse(
                                found -> key(known.get(), found, key, seen.putIfAbsent(found, key))
                                        .ifPresent(conditions::add),
                                () -> faults.add(
                                        key.at(), "\"" + key.name() + "\" " + ConditionKey.refusal(key.name())));
            }
        }
        return conditions;
    }

    private List<Member> members(JsonValue value, String name, String content) {
        if (!(value instanceof JsonObject object)) {
            faults.add(value.at(), name + " is an object of " + content + ", not " + value.kind());
            return List.of();
        }
        if (object.members().isEmpty()) {
            faults.add(value.at(), name + " is empty; write " + content + " in it, or remove it");
        }
        return object.members();
    }

    private Optional<Condition> key(Operator operator, ConditionKey key, Member member, Member before) {
        if (before != null) {
            faults.add(
                    member.at(),
                    "\"" + member.name() + "\" is repeated under " + operator + " (it is at " + before.at()
                            + " already, and the case of its letters makes no difference); write one list of values");
            return Optional.empty();
        }
        if (!operator.comparison().compares(key.kind())) {
            faults.add(
                    member.at(),
                    operator + " does not compare " + key + "; it takes "
                            + key.kind().operators() + " operators");
            return Optional.empty();
        }
        return values(operator, key, member.value())
                .flatMap(values -> test(operator, key, values)
                        .map(test -> new Condition(member.at(), operator, key, values, test)));
    }

    /** Empty after a fault. */
    private Optional<List<Placed>> values(Operator operator, ConditionKey key, JsonValue value) {
        List<JsonValue> elements = value instanceof JsonValue.JsonList list ? list.elements() : List.of(value);
        if (elements.isEmpty()) {
            faults.add(value.at(), key + " has an empty list of values; write one value or several");
            return Optional.empty();
        }
        List<Placed> values = new ArrayList<>();
        for (JsonValue element : elements) {
            Optional<String> text = text(operator.comparison(), element);
            if (text.isEmpty()) {
                faults.add(
                        element.at(),
                        "a value of " + operator + " is a string in double quotes, not " + element.kind());
            } else if (Variables.find(text.get()).isPresent()) {
                faults.add(element.at(), Variables.refusal(text.get()));
            } else {
                values.add(new Placed(element.at(), text.get()));
            }
        }
        return values.size() == elements.size() ? Optional.of(values) : Optional.empty();
    }

    /** IAM takes numbers and booleans without quotes, where an operator compares them. */
    private static Optional<String> text(Comparison comparison, JsonValue element) {
        boolean time = comparison.compares(Kind.EPOCH) && comparison != Comparison.NULL;
        boolean flag = comparison == Comparison.BOOL || comparison == Comparison.NULL;
        if (element instanceof JsonString string) {
            return Optional.of(string.text());
        }
        if (time && element instanceof JsonNumber number) {
            return Optional.of(number.text());
        }
        return flag && element instanceof JsonBoolean bool ? Optional.of(bool.kind()) : Optional.empty();
    }

    private Optional<ValueTest> test(Operator operator, ConditionKey key, List<Placed> values) {
        Comparison comparison = operator.comparison();
        return switch (comparison) {
            case STRING_EQUALS, STRING_NOT_EQUALS ->
                Optional.of(new ValueTest.Equal(
                        key, values.stream().map(Placed::text).collect(Collectors.toUnmodifiableSet())));
            case STRING_EQUALS_IGNORE_CASE, STRING_NOT_EQUALS_IGNORE_CASE ->
                Optional.of(new ValueTest.EqualIgnoringCase(
                        key, values.stream().map(Placed::text).toList()));
            case STRING_LIKE, STRING_NOT_LIKE ->
                Optional.of(new ValueTest.Like(
                        key,
                        values.stream().map(value -> Wildcard.of(value.text())).toList()));
            case ARN_EQUALS, ARN_NOT_EQUALS, ARN_LIKE, ARN_NOT_LIKE ->
                all(values, ConditionReader::arn).map(arns -> new ValueTest.ArnLike(key, arns));
            case IP_ADDRESS, NOT_IP_ADDRESS ->
                all(values, Cidr::parse).map(ranges -> ValueTest.InRanges.of(key, ranges));
            case BOOL ->
                all(values, ConditionReader::flag)
                        .map(flags -> new ValueTest.Equal(
                                key, flags.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet())));
            case NULL ->
                all(values, ConditionReader::flag)
                        .map(flags -> new ValueTest.Exists(key, flags.contains(true), flags.contains(false)));
            case NUMERIC_EQUALS,
                    NUMERIC_NOT_EQUALS,
                    NUMERIC_LESS_THAN,
                    NUMERIC_LESS_THAN_EQUALS,
                    NUMERIC_GREATER_THAN,
                    NUMERIC_GREATER_THAN_EQUALS ->
                all(values, PolicyTimes::number).map(times -> time(comparison, times));
            case DATE_EQUALS,
                    DATE_NOT_EQUALS,
                    DATE_LESS_THAN,
                    DATE_LESS_THAN_EQUALS,
                    DATE_GREATER_THAN,
                    DATE_GREATER_THAN_EQUALS -> all(values, PolicyTimes::date).map(times -> time(comparison, times));
        };
    }

    private static ValueTest time(Comparison comparison, List<Instant> values) {
        IntPredicate order = switch (comparison) {
            case NUMERIC_LESS_THAN, DATE_LESS_THAN -> sign -> sign < 0;
            case NUMERIC_LESS_THAN_EQUALS, DATE_LESS_THAN_EQUALS -> sign -> sign <= 0;
            case NUMERIC_GREATER_THAN, DATE_GREATER_THAN -> sign -> sign > 0;
            case NUMERIC_GREATER_THAN_EQUALS, DATE_GREATER_THAN_EQUALS -> sign -> sign >= 0;
            default -> sign -> sign == 0; // the negated ones are negated by their condition
        };
        return new ValueTest.Time(order, values);
    }

    private static List<Wildcard> arn(String text) {
        if (!ValueTest.ArnLike.isArn(text)) {
            throw new IllegalArgumentException("\"" + text + "\" is not an ARN, which has six parts; write one such as"
                    + " arn:aws:s3:::bucket or arn:aws:*:*:123456789012:*");
        }
        return ValueTest.ArnLike.of(text);
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException(
                        "\"" + text + "\" is neither true nor false; write \"true\" or" + " \"false\"");
        };
    }

    /** Empty after a fault. */
    private <T> Optional<List<T>> all(List<Placed> values, Function<String, T> reader) {
        List<T> read = new ArrayList<>();
        for (Placed value : values) {
            try {
                read.add(reader.apply(value.text()));
            } catch (IllegalArgumentException e) {
                faults.add(value.at(), e.getMessage());
            }
        }
        return read.size() == values.size() ? Optional.of(read) : Optional.empty();
    }
}
