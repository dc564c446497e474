package io.countersign.proxy.policy;

import io.countersign.proxy.policy.json.Position;
import java.util.List;

/**
 * One statement as read.
 *
 * @param at where it begins
 * @param invokes whether its actions, or those that it leaves out, include {@code execute-api:Invoke}, the one that requests are
 * @param conditions all of which must hold
 */
record Statement(
        StatementName name,
        Position at,
        Effect effect,
        boolean invokes,
        Resources resources,
        List<Condition> conditions) {
    Statement {
        conditions = List.copyOf(conditions);
    }

    /** @param not whether these are the ones that it is not about */
    record Resources(boolean not, List<Placed> patterns) {
        Resources {
            patterns = List.copyOf(patterns);
        }

        /** Whether they are every resource of the API, as far as the text alone shows. */
        boolean areAll() {
            return !not
                    && patterns.stream()
                            .map(Placed::text)
                            .anyMatch(text -> text.equals("*")
                                    || text.equals("execute-api:/*")
                                    || text.matches("arn:[^:]+:execute-api:[^:]+:[^:]+:[^/]+/\\*")
                                    || text.matches("arn:[^:]+:execute-api:(?:[^:]+:(?:[^:]+:)?)?\\*"));
        }
    }
}
