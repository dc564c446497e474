package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Pending.Proposal;
import io.countersign.gateway.approval.Pending.Seen;
import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.wire.JsonText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The form of a caller who waits, a decision or a proposal as one JSON object on one line: on the disk, and between replicas. */
final class ApprovalLine {
    static final int MAX_ALSO = 8;

    private final JsonObject object;

    private ApprovalLine(JsonObject object) {
        this.object = object;
    }

    /** It is not as this program writes it. */
    static final class Fault extends Exception {
        Fault(String message) {
            super(message);
        }
    }

    /** An object that is written member by member. */
    static final class Writer {
        private final StringBuilder out = new StringBuilder("{");

        private StringBuilder name(String name) {
            return out.append(out.length() > 1 ? "," : "")
                    .append('"')
                    .append(name)
                    .append("\":");
        }

        Writer field(String name, String value) {
            name(name).append(JsonText.quoted(value));
            return this;
        }

        Writer field(String name, long value) {
            name(name).append(value);
            return this;
        }

        Writer field(String name, Optional<Instant> value) {
            value.ifPresent(time -> field(name, time.toString()));
            return this;
        }

        Writer ask(Ask ask) {
            field("kind", ask.caller().kind().label())
                    .field("caller", ask.caller().name());
            ask.route().ifPresent(route -> field("route", route));
            return this;
        }

        /** Without an end of line. */
        String end() {
            return out.append('}').toString();
        }
    }

    static String of(Pending each) {
        Seen seen = each.seen();
        Writer line = new Writer()
                .field("number", each.number())
                .ask(each.ask())
                .field("request", seen.request())
                .field("known_by", seen.knownBy())
                .field("first", seen.first().toString())
                .field("last", seen.last().toString())
                .field("count", seen.count());
        if (!each.also().isEmpty()) {
            line.field("also", each.also().stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return line.end();
    }

    static String of(Subscription each) {
        Writer line = new Writer()
                .field("number", each.number())
                .ask(each.ask())
                .field("decision", each.decision().label())
                .field("comment", each.comment())
                .field("until", each.until())
                .field("refusals", each.basis().refusals())
                .field("after", each.basis().last().toString());
        for (int i = 0; i < each.by().size(); i++) {
            line.field("by" + i, each.by().get(i).name())
                    .field("time" + i, each.by().get(i).time().toString());
        }
        return line.end();
    }

    static Writer of(Ask ask, Proposal proposal) {
        return new Writer()
                .ask(ask)
                .field("proposal", proposal.by().name())
                .field("time", proposal.by().time().toString())
                .field("until", proposal.until())
                .field("comment", proposal.comment());
    }

    static ApprovalLine parse(String text) throws Fault {
        try {
            if (JsonParser.parse(text).value() instanceof JsonObject object) {
                return new ApprovalLine(object);
            }
            throw new Fault("is not an object");
        } catch (JsonFault e) {
            throw new Fault("is not JSON: " + e.getMessage());
        }
    }

    Pending pending() throws Fault {
        List<Long> also = new ArrayList<>();
        for (String number : has("also") ? text("also").split(",", MAX_ALSO + 1) : new String[0]) {
            if (!number.matches("[0-9]{1,18}")) {
                throw fault("also");
            }
            also.add(Long.parseLong(number));
        }
        return new Pending(
                number("number"),
                ask(),
                new Seen(text("request"), text("known_by"), time("first"), time("last"), number("count")),
                also,
                List.of());
    }

    Subscription subscription() throws Fault {
        List<Decider> by = new ArrayList<>();
        for (int i = 0; has("by" + i); i++) {
            by.add(new Decider(text("by" + i), time("time" + i)));
        }
        Subscription.Decision decision = switch (text("decision")) {
            case "approved" -> Subscription.Decision.APPROVED;
            case "refused" -> Subscription.Decision.REFUSED;
            default -> throw fault("decision");
        };
        return new Subscription(
                number("number"),
                ask(),
                decision,
                by,
                until(),
                text("comment"),
                has("refusals") ? new Subscription.Basis(number("refusals"), time("after")) : Subscription.Basis.NONE);
    }

    boolean isProposal() {
        return has("proposal");
    }

    Proposal proposal() throws Fault {
        return new Proposal(new Decider(text("proposal"), time("time")), until(), text("comment"));
    }

    Ask ask() throws Fault {
        CallerKey.Kind kind = CallerKey.Kind.of(text("kind")).orElseThrow(() -> fault("kind"));
        CallerKey caller = new CallerKey(kind, text("caller"));
        try {
            Crowd.of(caller);
        } catch (IllegalArgumentException e) {
            throw fault("caller");
        }
        return new Ask(caller, has("route") ? Optional.of(text("route")) : Optional.empty());
    }

    boolean has(String name) {
        return object.get(name).isPresent();
    }

    private static Fault fault(String name) {
        return new Fault("has no usable " + name);
    }

    String text(String name) throws Fault {
        if (object.get(name).orElse(null) instanceof JsonValue.JsonString string) {
            return string.text();
        }
        throw fault(name);
    }

    long number(String name) throws Fault {
        if (object.get(name).orElse(null) instanceof JsonValue.JsonNumber written
                && written.text().matches("[0-9]{1,18}")) {
            return Long.parseLong(written.text());
        }
        throw fault(name);
    }

    private Instant time(String name) throws Fault {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeException e) {
            throw fault(name);
        }
    }

    private Optional<Instant> until() throws Fault {
        return has("until") ? Optional.of(time("until")) : Optional.empty();
    }
}
