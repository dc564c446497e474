package io.countersign.cli.replay;

import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonBoolean;
import io.countersign.proxy.policy.json.JsonValue.JsonNumber;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.JsonString;
import io.countersign.proxy.policy.json.JsonValue.Member;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A line of a log of calls, as far as it matters for judging the call anew.
 *
 * @param who who called, as the log has it
 * @param request what was asked for
 * @param outcome what became of it
 */
record LoggedCall(String time, String id, Who who, Asked request, Outcome outcome) {
    /** @param client address, or {@code unix:USER} */
    record Who(String client, Optional<String> certificate, Optional<String> identity) {
        @Override
        public String toString() {
            return identity.or(() -> certificate)
                    .map(name -> client + " as " + name)
                    .orElse(client);
        }
    }

    /**
     * The request.
     *
     * @param path without the query
     * @param bytes of its body
     */
    record Asked(String method, String path, boolean hasQuery, long bytes) {}

    /**
     * The outcome.
     *
     * @param route empty where none took the request
     * @param upstream where it was sent last
     * @param refused whether it was turned away by rules, checks of its head or the lack of a route
     */
    record Outcome(Optional<String> route, Optional<String> upstream, int status, boolean refused) {}

    /** How a line reads that is no call. */
    enum Other {
        /** Counts of calls that have no lines of their own. */
        SUMMARY,
        /** A request whose head could not be read. */
        NO_REQUEST,
        /** Cut where the log cuts long texts. */
        CUT,
        NOT_A_CALL
    }

    /** What a line is: one of the two is there. */
    record Read(Optional<LoggedCall> call, Optional<Other> other, long summarised) {
        static Read of(Other other) {
            return new Read(Optional.empty(), Optional.of(other), 0);
        }
    }

    static Read read(String line) {
        JsonObject object;
        try {
            if (!(JsonParser.parse(line).value() instanceof JsonObject parsed)) {
                return Read.of(Other.NOT_A_CALL);
            }
            object = parsed;
        } catch (JsonFault e) {
            return Read.of(Other.NOT_A_CALL);
        }
        Map<String, JsonValue> fields = new HashMap<>();
        for (Member member : object.members()) {
            fields.put(member.name(), member.value());
        }
        if (fields.containsKey("summary")) {
            return new Read(Optional.empty(), Optional.of(Other.SUMMARY), number(fields, "count"));
        }
        Optional<String> client = text(fields, "client");
        if (client.isEmpty() || !fields.containsKey("status")) {
            return Read.of(Other.NOT_A_CALL);
        }
        Optional<String> method = text(fields, "method");
        Optional<String> target = text(fields, "path");
        if (method.isEmpty() || target.isEmpty()) {
            return Read.of(Other.NO_REQUEST);
        }
        if (target.get().endsWith("\u2026")) {
            return Read.of(Other.CUT);
        }
        int query = target.get().indexOf('?');
        String path = query < 0 ? target.get() : target.get().substring(0, query);
        return new Read(
                Optional.of(new LoggedCall(
                        text(fields, "time").orElse(""),
                        text(fields, "id").orElse(""),
                        new Who(client.get(), text(fields, "certificate"), text(fields, "identity")),
                        new Asked(method.get(), path, query >= 0, number(fields, "request_bytes")),
                        outcome(fields))),
                Optional.empty(),
                0);
    }

    private static Outcome outcome(Map<String, JsonValue> fields) {
        Optional<String> route = text(fields, "route");
        int status = (int) number(fields, "status");
        boolean own = fields.get("own") instanceof JsonBoolean flag && flag.value();
        boolean unsent = own && number(fields, "attempts") == 0;
        boolean denied = text(fields, "verdict").filter("denied"::equals).isPresent();
        boolean refused = denied
                || (own && route.isEmpty())
                || (unsent && status >= 400 && status < 500)
                || (unsent
                        && text(fields, "error")
                                .filter("http_request_denied"::equals)
                                .isPresent());
        return new Outcome(route, text(fields, "upstream"), status, refused);
    }

    private static Optional<String> text(Map<String, JsonValue> fields, String name) {
        return fields.get(name) instanceof JsonString string ? Optional.of(string.text()) : Optional.empty();
    }

    private static long number(Map<String, JsonValue> fields, String name) {
        return fields.get(name) instanceof JsonNumber number && number.text().matches("\\d{1,18}")
                ? Long.parseLong(number.text())
                : 0;
    }
}
