package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Approvals.Contents;
import io.countersign.gateway.approval.Pending.Proposal;
import io.countersign.gateway.approval.Pending.Seen;
import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The form of approvals on the disk: JSON lines, the first of which says so. Who waits is in one file and what was decided in another,
 * since the one changes with every request and the other with a person's decision.
 */
final class ApprovalFile {
    private static final String FORMAT = "countersign-approvals 1";

    private ApprovalFile() {}

    /** Something in a file is not as this program writes it. */
    static final class Fault extends Exception {
        Fault(String message) {
            super(message);
        }
    }

    /** @param reserve how far numbers may have gone by the next time that this is written */
    static byte[] pending(Contents contents, long reserve) {
        StringBuilder out = head();
        line(out).field("next", contents.next() + reserve).end();
        for (Pending each : contents.pending()) {
            Seen seen = each.seen();
            ask(line(out).field("number", each.number()), each.ask())
                    .field("request", seen.request())
                    .field("known_by", seen.knownBy())
                    .field("first", seen.first().toString())
                    .field("last", seen.last().toString())
                    .field("count", seen.count())
                    .end();
        }
        contents.proposals().forEach((number, proposal) -> {
            Line line = line(out)
                    .field("proposal", number)
                    .field("by", proposal.by().name())
                    .field("time", proposal.by().time().toString())
                    .field("comment", proposal.comment());
            proposal.until().ifPresent(until -> line.field("until", until.toString()));
            line.end();
        });
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] subscriptions(Contents contents) {
        StringBuilder out = head();
        for (Subscription each : contents.subscriptions()) {
            Line line = ask(line(out).field("number", each.number()), each.ask())
                    .field("decision", each.decision().label())
                    .field("comment", each.comment());
            each.until().ifPresent(until -> line.field("until", until.toString()));
            for (int i = 0; i < each.by().size(); i++) {
                line.field("by" + i, each.by().get(i).name())
                        .field("time" + i, each.by().get(i).time().toString());
            }
            line.end();
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static StringBuilder head() {
        StringBuilder out = new StringBuilder();
        line(out).field("format", FORMAT).end();
        return out;
    }

    private static Line ask(Line line, Ask ask) {
        line.field("kind", ask.caller().kind().label())
                .field("caller", ask.caller().name());
        ask.route().ifPresent(route -> line.field("route", route));
        return line;
    }

    /** Who waits, the proposals, and the next number; subscriptions are left out. */
    static Contents readPending(byte[] content) throws Fault {
        long next = 1;
        List<Pending> pending = new ArrayList<>();
        Map<Long, Proposal> proposals = new HashMap<>();
        for (Read line : lines(content)) {
            if (line.has("next")) {
                next = line.number("next");
            } else if (line.has("proposal")) {
                proposals.put(
                        line.number("proposal"),
                        new Proposal(
                                new Decider(line.text("by"), line.time("time")), line.until(), line.text("comment")));
            } else {
                pending.add(new Pending(
                        line.number("number"),
                        line.ask(),
                        new Seen(
                                line.text("request"),
                                line.text("known_by"),
                                line.time("first"),
                                line.time("last"),
                                line.number("count")),
                        List.of()));
            }
        }
        return new Contents(next, pending, List.of(), proposals);
    }

    static List<Subscription> readSubscriptions(byte[] content) throws Fault {
        List<Subscription> subscriptions = new ArrayList<>();
        for (Read line : lines(content)) {
            List<Decider> by = new ArrayList<>();
            for (int i = 0; line.has("by" + i); i++) {
                by.add(new Decider(line.text("by" + i), line.time("time" + i)));
            }
            Subscription.Decision decision = switch (line.text("decision")) {
                case "approved" -> Subscription.Decision.APPROVED;
                case "refused" -> Subscription.Decision.REFUSED;
                default -> throw line.fault("decision");
            };
            subscriptions.add(new Subscription(
                    line.number("number"), line.ask(), decision, by, line.until(), line.text("comment")));
        }
        return subscriptions;
    }

    private static List<Read> lines(byte[] content) throws Fault {
        List<Read> lines = new ArrayList<>();
        int number = 0;
        for (String text : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (text.isEmpty()) {
                continue;
            }
            try {
                if (!(JsonParser.parse(text).value() instanceof JsonObject object)) {
                    throw new Fault("line " + number + " is not an object");
                }
                lines.add(new Read(number, object));
            } catch (JsonFault e) {
                throw new Fault("line " + number + ": " + e.getMessage());
            }
        }
        if (lines.isEmpty() || !lines.get(0).text("format").equals(FORMAT)) {
            throw new Fault("line 1 does not say that it is " + FORMAT);
        }
        return lines.subList(1, lines.size());
    }

    private record Read(int number, JsonObject object) {
        boolean has(String name) {
            return object.get(name).isPresent();
        }

        Fault fault(String name) {
            return new Fault("line " + number + " has no usable " + name);
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

        Instant time(String name) throws Fault {
            try {
                return Instant.parse(text(name));
            } catch (DateTimeException e) {
                throw fault(name);
            }
        }

        Optional<Instant> until() throws Fault {
            return has("until") ? Optional.of(time("until")) : Optional.empty();
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
    }

    private static Line line(StringBuilder out) {
        out.append('{');
        return new Line(out);
    }

    /** One object on one line. */
    private static final class Line {
        private final StringBuilder out;
        private boolean begun;

        Line(StringBuilder out) {
            this.out = out;
        }

        private StringBuilder name(String name) {
            out.append(begun ? "," : "").append('"').append(name).append("\":");
            begun = true;
            return out;
        }

        Line field(String name, String value) {
            name(name).append(JsonText.quoted(value));
            return this;
        }

        Line field(String name, long value) {
            name(name).append(value);
            return this;
        }

        void end() {
            out.append("}\n");
        }
    }
}
