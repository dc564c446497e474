package io.countersign.proxy.policy;

import io.countersign.proxy.policy.json.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What it costs to compare a request with the patterns of a policy. A pattern that begins with what it looks for is done at once;
 * one with something between two stars searches all of the request's text, on an event loop. So the number of searches is
 * bounded: this many take about a millisecond on a target of 4 KiB.
 */
final class Searches {
    static final int MAX = 128;

    private Searches() {}

    /** Where a policy goes past the bound; empty when it doesn't. */
    static Optional<Position> excess(List<Statement> statements) {
        int searches = 0;
        for (Statement statement : statements) {
            for (Placed pattern : patterns(statement)) {
                searches += Wildcard.of(pattern.text()).searches();
                if (searches > MAX) {
                    return Optional.of(pattern.at());
                }
            }
        }
        return Optional.empty();
    }

    /** How many it has in all. */
    static int count(List<Statement> statements) {
        return statements.stream()
                .flatMap(statement -> patterns(statement).stream())
                .mapToInt(pattern -> Wildcard.of(pattern.text()).searches())
                .sum();
    }

    private static List<Placed> patterns(Statement statement) {
        List<Placed> patterns = new ArrayList<>(statement.resources().patterns());
        for (Condition condition : statement.conditions()) {
            if (condition.test() instanceof ValueTest.Like) {
                patterns.addAll(condition.values());
            }
        }
        return patterns;
    }
}
