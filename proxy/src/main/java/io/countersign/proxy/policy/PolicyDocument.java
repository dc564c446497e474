package io.countersign.proxy.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A policy as read, of no API yet.
 *
 * @param file as the operator named it
 * @param text as it was read: two policies of the same text under the same name are equal
 * @param characters how many it has, without white space between tokens
 */
public record PolicyDocument(String file, String text, List<Statement> statements, int characters) {
    public PolicyDocument {
        statements = List.copyOf(statements);
    }

    /** Where each condition on a key is, for what is wrong with asking for it. */
    public List<PolicyFault> faults(ConditionKey key, String what) {
        return statements.stream()
                .flatMap(statement -> statement.conditions().stream())
                .filter(condition -> condition.key() == key)
                .map(condition -> new PolicyFault(file, condition.at(), what))
                .toList();
    }

    /** The condition keys that its statements ask for. */
    public Set<ConditionKey> keys() {
        Set<ConditionKey> keys = EnumSet.noneOf(ConditionKey.class);
        statements.stream()
                .flatMap(statement -> statement.conditions().stream())
                .forEach(condition -> keys.add(condition.key()));
        return keys;
    }

    /** What became of {@link #bind}. */
    public sealed interface Binding {
        /** It can be evaluated. */
        record Bound(ResourcePolicy policy) implements Binding {}

        /** It asks for what is not known of the API. */
        record Unbound(List<PolicyFault> faults) implements Binding {
            public Unbound {
                faults = List.copyOf(faults);
            }
        }
    }

    /** Makes it the policy of an API: short forms become ARNs, placeholders are filled in. */
    public Binding bind(Api api) {
        PolicyFaults faults = new PolicyFaults(file);
        List<ResourcePolicy.Rule> rules = new ArrayList<>();
        for (Statement statement : statements) {
            List<Wildcard> resources = new ArrayList<>();
            for (Placed resource : statement.resources().patterns()) {
                try {
                    resources.add(Wildcard.of(ResourceText.expand(resource.text(), api)));
                } catch (IllegalArgumentException e) {
                    faults.add(resource.at(), e.getMessage());
                }
            }
            rules.add(ResourcePolicy.Rule.of(statement, resources));
        }
        return faults.isEmpty() ? new Binding.Bound(new ResourcePolicy(rules)) : new Binding.Unbound(faults.all());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PolicyDocument policy && file.equals(policy.file) && text.equals(policy.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return file;
    }
}
