package io.countersign.proxy.policy;

import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonList;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.JsonString;
import io.countersign.proxy.policy.json.JsonValue.Member;
import io.countersign.proxy.policy.json.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads one statement, with every fault in it. */
final class StatementReader {
    private static final List<String> MEMBERS =
            List.of("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition");
    private static final List<String> EFFECTS = List.of(Effect.ALLOW.toString(), Effect.DENY.toString());
    private static final List<String> PRINCIPALS = List.of("AWS", "CanonicalUser", "Federated", "Service");

    private final String file;
    private final PolicyFaults faults;
    private final JsonObject object;

    private StatementReader(String file, PolicyFaults faults, JsonObject object) {
        this.file = file;
        this.faults = faults;
        this.object = object;
    }

    /** Empty after a fault. */
    static Optional<Statement> read(String file, PolicyFaults faults, JsonValue value) {
        if (value instanceof JsonObject object) {
            return new StatementReader(file, faults, object).read();
        }
        faults.add(value.at(), "a statement is an object, { \"Effect\": ..., ... }, not " + value.kind());
        return Optional.empty();
    }

    private Optional<Statement> read() {
        for (Member member : object.members()) {
            if (member.name().equals("NotPrincipal")) {
                faults.add(
                        member.at(),
                        "NotPrincipal is about who the caller is, and here callers have no AWS identity; write \"Principal\":"
                                + " \"*\" and a condition");
            } else if (!MEMBERS.contains(member.name())) {
                faults.add(
                        member.at(),
                        "unknown member \"" + member.name() + "\" of a statement"
                                + NearestKey.hint(member.name(), MEMBERS));
            }
        }
        StatementName name = new StatementName(file, object.at().line(), sid());
        Optional<Effect> effect = effect();
        principal();
        Optional<Choice> actions = either("Action", "NotAction", "\"execute-api:Invoke\"", ActionText::fault);
        Optional<Choice> resources = either("Resource", "NotResource", "\"execute-api:/*\"", ResourceText::fault);
        List<Condition> conditions =
                object.get("Condition").map(new ConditionReader(faults)::read).orElse(List.of());
        if (effect.isEmpty() || actions.isEmpty() || resources.isEmpty()) {
            return Optional.empty();
        }
        boolean named = actions.get().values().stream().map(Placed::text).anyMatch(ActionText::isInvoke);
        return Optional.of(new Statement(
                name,
                object.at(),
                effect.get(),
                named != actions.get().not(),
                new Statement.Resources(resources.get().not(), resources.get().values()),
                conditions));
    }

    private String sid() {
        Optional<JsonValue> sid = object.get("Sid");
        if (sid.isEmpty()) {
            return "";
        }
        if (!(sid.get() instanceof JsonString string)) {
            faults.add(sid.get().at(), "Sid is a string, not " + sid.get().kind());
            return "";
        }
        // Logs name it, so it has to be one word of one line.
        if (!string.text().matches("[A-Za-z0-9._ -]{0,128}")) {
            faults.add(
                    string.at(),
                    "a Sid has letters, digits, spaces, dots, hyphens and underscores, at most 128 of them");
            return "";
        }
        return string.text();
    }

    private Optional<Effect> effect() {
        Optional<JsonValue> effect = object.get("Effect");
        if (effect.isEmpty()) {
            faults.add(object.at(), "this statement has no Effect; write \"Effect\": \"Allow\" or \"Deny\"");
            return Optional.empty();
        }
        String text = effect.get() instanceof JsonString string ? string.text() : "";
        Optional<Effect> known = List.of(Effect.values()).stream()
                .filter(value -> value.toString().equals(text))
                .findFirst();
        if (known.isEmpty()) {
            faults.add(
                    effect.get().at(),
                    effect.get() instanceof JsonString
                            ? "\"" + text + "\" is not an Effect, and case matters" + NearestKey.hint(text, EFFECTS)
                            : "Effect is \"Allow\" or \"Deny\", not "
                                    + effect.get().kind());
        }
        return known;
    }

    private void principal() {
        Optional<JsonValue> principal = object.get("Principal");
        if (principal.isEmpty()) {
            faults.add(object.at(), "this statement has no Principal; write \"Principal\": \"*\"");
        } else if (principal.get() instanceof JsonObject kinds) {
            if (kinds.members().isEmpty()) {
                faults.add(kinds.at(), "Principal is empty; write \"Principal\": \"*\"");
            }
            for (Member kind : kinds.members()) {
                if (kind.name().equals("AWS")) {
                    texts("Principal", kind.value()).forEach(this::everyone);
                } else {
                    faults.add(
                            kind.at(),
                            PRINCIPALS.contains(kind.name())
                                    ? "the principal " + kind.name() + " names an identity, and here callers have none;"
                                            + " write \"Principal\": \"*\" and a condition"
                                    : "unknown kind of principal \"" + kind.name() + "\""
                                            + NearestKey.hint(kind.name(), PRINCIPALS));
                }
            }
        } else if (principal.get() instanceof JsonString string) {
            everyone(new Placed(string.at(), string.text()));
        } else {
            faults.add(
                    principal.get().at(),
                    "Principal is \"*\" or { \"AWS\": \"*\" }, not "
                            + principal.get().kind());
        }
    }

    private void everyone(Placed principal) {
        if (!principal.text().equals("*")) {
            faults.add(
                    principal.at(),
                    "the principal \"" + principal.text() + "\" is an identity, and here callers have none; write"
                            + " \"Principal\": \"*\" and a condition");
        }
    }

    /** One of two members that exclude each other. */
    private record Choice(boolean not, List<Placed> values) {}

    private Optional<Choice> either(
            String name, String notName, String example, Function<String, Optional<String>> fault) {
        Optional<JsonValue> plain = object.get(name);
        Optional<JsonValue> negated = object.get(notName);
        if (plain.isPresent() && negated.isPresent()) {
            faults.add(object.at(), "this statement has both " + name + " and " + notName + "; write one of them");
            return Optional.empty();
        }
        if (plain.isEmpty() && negated.isEmpty()) {
            faults.add(object.at(), "this statement has no " + name + "; write \"" + name + "\": " + example);
            return Optional.empty();
        }
        List<Placed> values = texts(
                plain.isPresent() ? name : notName, plain.or(() -> negated).orElseThrow());
        for (Placed value : values) {
            fault.apply(value.text()).ifPresent(what -> faults.add(value.at(), what));
        }
        return Optional.of(new Choice(negated.isPresent(), values));
    }

    /** A string, or a list of strings that is not empty. */
    private List<Placed> texts(String name, JsonValue value) {
        List<JsonValue> elements = value instanceof JsonList list ? list.elements() : List.of(value);
        if (elements.isEmpty()) {
            faults.add(value.at(), name + " is an empty list; write one value or several");
        }
        List<Placed> texts = new ArrayList<>();
        for (JsonValue element : elements) {
            if (element instanceof JsonString string) {
                texts.add(new Placed(string.at(), string.text()));
            } else {
                Position at = element.at();
                faults.add(at, name + " is a string or a list of strings, not " + element.kind());
            }
        }
        return texts;
    }
}
