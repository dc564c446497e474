package io.countersign.proxy.policy;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The policies that a route's requests have to pass, with what is known of all of these beforehand. */
public final class RoutePolicies {
    /** No policy: every request passes. */
    public static final RoutePolicies NONE = new RoutePolicies(List.of(), new Context(Api.UNKNOWN, "", Map.of()), true);

    private final List<PolicyDocument> documents;
    private final Context context;
    private final boolean leftToIam;
    private final List<ResourcePolicy> policies = new ArrayList<>();
    private final List<PolicyFault> faults = new ArrayList<>();
    private final Optional<Verdict.Denied> unmatched;

    /**
     * What every request of a route has in common.
     *
     * @param stage of an API whose paths don't begin with it; empty: they do
     * @param values of condition keys
     */
    public record Context(Api api, String stage, Map<ConditionKey, String> values) {
        public Context {
            values = Map.copyOf(values);
        }
    }

    /** @param leftToIam whether a request that no statement matches may pass, to be judged by IAM */
    public RoutePolicies(List<PolicyDocument> documents, Context context, boolean leftToIam) {
        this.documents = List.copyOf(documents);
        this.context = context;
        this.leftToIam = leftToIam;
        for (PolicyDocument document : documents) {
            PolicyDocument.Binding binding = document.bind(context.api());
            if (binding instanceof PolicyDocument.Binding.Bound bound) {
                policies.add(bound.policy());
            } else {
                faults.addAll(((PolicyDocument.Binding.Unbound) binding).faults());
            }
        }
        String names =
                String.join(", ", documents.stream().map(PolicyDocument::file).toList());
        unmatched = leftToIam
                ? Optional.empty()
                : Optional.of(
                        new Verdict.Denied(new Rule(Rule.DEFAULT, "no statement of " + names + " allows the request")));
    }

    /** Why these policies can't be used; then they must not be. */
    public List<PolicyFault> faults() {
        return List.copyOf(faults);
    }

    /** Whether there is no policy, and nothing to judge. */
    public boolean isEmpty() {
        return documents.isEmpty();
    }

    /** What was read. */
    public List<PolicyDocument> documents() {
        return documents;
    }

    /** Whether a request that no statement matches may pass. */
    public boolean leavesToIam() {
        return leftToIam;
    }

    /** Whether a request that gets this decision is refused where policies are enforced. */
    public boolean denies(Decision decision) {
        return decision instanceof Decision.ExplicitDeny || (decision instanceof Decision.ImplicitDeny && !leftToIam);
    }

    /**
     * Begins a request.
     *
     * @param paths as it goes upstream, in each of the ways in which servers read it
     */
    public PolicyRequest.Builder request(Instant time, String method, List<String> paths) {
        PolicyRequest.Builder request = new PolicyRequest.Builder(time);
        for (String path : paths) {
            if (context.stage().isEmpty()) {
                request.resource(context.api(), method, path);
            } else {
                request.resource(context.api(), context.stage(), method, path);
            }
        }
        context.values().forEach(request::text);
        return request;
    }

    /** What the policies together say of a request. */
    public Decision decide(PolicyRequest request) {
        return ResourcePolicy.decide(policies, request);
    }

    /** Why a request is denied, by file, line and Sid; empty when it may pass. */
    public Optional<Verdict.Denied> judge(PolicyRequest request) {
        Decision decision = decide(request);
        if (decision instanceof Decision.ExplicitDeny deny) {
            StatementName by = deny.by();
            return Optional.of(new Verdict.Denied(new Rule(
                    by.where(), by.sid().isEmpty() ? "a Deny statement without a Sid" : "Sid \"" + by.sid() + "\"")));
        }
        return decision instanceof Decision.Allow ? Optional.empty() : unmatched;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RoutePolicies policies
                && documents.equals(policies.documents)
                && context.equals(policies.context)
                && leftToIam == policies.leftToIam;
    }

    @Override
    public int hashCode() {
        return Objects.hash(documents, context, leftToIam);
    }

    @Override
    public String toString() {
        return String.join(", ", documents.stream().map(PolicyDocument::file).toList());
    }
}
