package io.countersign.gateway.command.calls;

import io.countersign.gateway.calls.story.CallFields;
import io.countersign.proxy.secrets.Printable;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** In what form a call is printed; nothing of what others wrote acts on a terminal, or on a spreadsheet. */
enum Form {
    TEXT {
        @Override
        String of(String line) {
            return Printable.of(text(fields(line)));
        }
    },
    JSON {
        @Override
        String of(String line) {
            return HarmlessJson.of(line);
        }
    },
    CSV {
        @Override
        Optional<String> title() {
            return Optional.of(String.join(",", COLUMNS));
        }

        @Override
        String of(String line) {
            CallFields call = fields(line);
            return COLUMNS.stream()
                    .map(name -> cell(Printable.of(call.shown(name))))
                    .collect(Collectors.joining(","));
        }
    };

    static final List<String> COLUMNS = List.of(
            "number",
            "time",
            "id",
            "client",
            "identity",
            "tenant",
            "certificate",
            "peer",
            "verdict",
            "rule",
            "route",
            "method",
            "path",
            "user_agent",
            "trace_id",
            "status",
            "own",
            "complete",
            "retry_after",
            "error",
            "detail",
            "upstream",
            "upstream_status",
            "upstream_id",
            "upstream_said",
            "rejection",
            "credentials",
            "attempts",
            "items_accepted",
            "items_refused",
            "request_bytes",
            "response_bytes",
            "duration_ms",
            "wait_ms",
            "body_ms",
            "credentials_ms",
            "connect_ms",
            "first_byte_ms",
            "relay_ms");

    /** What is printed before the first call. */
    Optional<String> title() {
        return Optional.empty();
    }

    /** A line without its end. */
    abstract String of(String line);

    /** Empty for an unknown name. */
    static Optional<Form> named(String name) {
        return switch (name) {
            case "text" -> Optional.of(TEXT);
            case "json" -> Optional.of(JSON);
            case "csv" -> Optional.of(CSV);
            default -> Optional.empty();
        };
    }

    private static CallFields fields(String line) {
        try {
            return CallFields.parse(line);
        } catch (ParseException e) {
            throw new IllegalStateException("the line of a call is not JSON", e);
        }
    }

    private static String text(CallFields call) {
        List<String> parts = new ArrayList<>();
        parts.add(call.text("time").orElse("-"));
        parts.add(call.text("id").orElse("-"));
        parts.add(call.number("status") == 0 ? "none" : Long.toString(call.number("status")));
        parts.add(call.shown("duration_ms") + " ms");
        parts.add(call.text("method").orElse("-") + " " + call.text("path").orElse("-"));
        parts.add(call.text("route").map(name -> "route " + name).orElse("no route"));
        parts.add("from " + call.text("identity").or(() -> call.text("client")).orElse("somebody"));
        call.text("tenant").ifPresent(name -> parts.add("tenant " + name));
        call.text("rejection").or(() -> call.text("error")).ifPresent(parts::add);
        if (!call.flag("complete") && call.number("status") != 0) {
            parts.add("cut short");
        }
        return String.join("  ", parts);
    }

    /**
     * A cell of RFC 4180. Spreadsheets take what begins with one of these characters for a formula, in quotes too, and may run it: an
     * apostrophe before it makes it a text.
     */
    private static String cell(String text) {
        if (text.isEmpty()) {
            return text;
        }
        String harmless = "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return '"' + harmless.replace("\"", "\"\"") + '"';
    }
}
