package io.countersign.proxy.policy;

import java.util.List;

/**
 * A resource policy of one API. Deciding allocates next to nothing and takes bounded time: a policy's patterns have at most
 * {@link PolicyReader#MAX_CHARACTERS} characters together, few of them search a text, and none backtracks.
 *
 * <p>From "How API Gateway resource policies affect authorization workflow" in the API Gateway Developer Guide: an explicit deny
 * wins over any allow; what no statement matches is denied implicitly.
 */
public final class ResourcePolicy {
    private static final Decision IMPLICIT = new Decision.ImplicitDeny();

    private final List<Rule> rules;

    ResourcePolicy(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** What it says of a request, and by which statement: the first that denies, else the first that allows. */
    public Decision decide(PolicyRequest request) {
        Decision decision = IMPLICIT;
        for (Rule rule : rules) {
            boolean denies = rule.statement.effect() == Effect.DENY;
            if ((denies || decision.equals(IMPLICIT)) && rule.matches(request)) {
                if (denies) {
                    return rule.decision;
                }
                decision = rule.decision;
            }
        }
        return decision;
    }

    /** What several policies say together: any deny denies, else any allow suffices. */
    public static Decision decide(List<ResourcePolicy> policies, PolicyRequest request) {
        Decision decision = IMPLICIT;
        for (ResourcePolicy policy : policies) {
            Decision one = policy.decide(request);
            if (one instanceof Decision.ExplicitDeny) {
                return one;
            }
            decision = decision.equals(IMPLICIT) ? one : decision;
        }
        return decision;
    }

    /** A statement, ready to be matched. */
    record Rule(Statement statement, List<Wildcard> resources, Decision decision) {
        static Rule of(Statement statement, List<Wildcard> resources) {
            return new Rule(
                    statement,
                    List.copyOf(resources),
                    statement.effect() == Effect.DENY
                            ? new Decision.ExplicitDeny(statement.name())
                            : new Decision.Allow(statement.name()));
        }

        boolean matches(PolicyRequest request) {
            return statement.invokes() && conditionsHold(request) && matchesResources(request.resources());
        }

        private boolean conditionsHold(PolicyRequest request) {
            List<Condition> conditions = statement.conditions();
            for (int i = 0; i < conditions.size(); i++) {
                if (!conditions.get(i).holds(request)) {
                    return false;
                }
            }
            return true;
        }

        /** To deny, one reading of the request's path is enough; to allow, all must be meant. */
        private boolean matchesResources(List<String> readings) {
            boolean denies = statement.effect() == Effect.DENY;
            for (int i = 0; i < readings.size(); i++) {
                if (isAbout(readings.get(i)) == denies) {
                    return denies;
                }
            }
            return !denies;
        }

        private boolean isAbout(String resource) {
            for (int i = 0; i < resources.size(); i++) {
                if (resources.get(i).matches(resource)) {
                    return !statement.resources().not();
                }
            }
            return statement.resources().not();
        }
    }
}
