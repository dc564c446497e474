package io.countersign.proxy.policy;

import io.countersign.proxy.policy.json.Position;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One operator on one key. All conditions of a statement must hold.
 *
 * @param at where the key is written
 * @param values of which one must match, or none for a negated operator
 * @param test whether one of the values matches
 */
record Condition(Position at, Operator operator, ConditionKey key, List<Placed> values, ValueTest test) {
    Condition {
        values = List.copyOf(values);
    }

    boolean holds(PolicyRequest request) {
        if (operator.comparison() == Operator.Comparison.NULL) {
            return test.matchesAny(request);
        }
        return request.has(key) ? test.matchesAny(request) != operator.isNegated() : operator.holdsWhenAbsent();
    }

    /** Whether this says the same as another one, wherever each is written. */
    boolean saysTheSame(Condition other) {
        return operator.equals(other.operator) && key == other.key && texts().equals(other.texts());
    }

    private Set<String> texts() {
        return values.stream().map(Placed::text).collect(Collectors.toSet());
    }

    /** {@code IpAddress aws:SourceIp}. */
    String name() {
        return operator + " " + key;
    }
}
