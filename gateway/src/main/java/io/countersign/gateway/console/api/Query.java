package io.countersign.gateway.console.api;

import io.countersign.proxy.secrets.Quoted;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** The query of a request: each parameter once, and none that its operation does not take. */
public final class Query {
    private final Map<String, String> parameters;

    private Query(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /**
     * Reads it.
     *
     * @param query as it came after the question mark
     * @param known the parameters that there are
     */
    public static Query parse(String query, Set<String> known) throws Problem {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String each : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = each.indexOf('=');
            String name = decoded(equals < 0 ? each : each.substring(0, equals));
            if (!known.contains(name)) {
                throw Problem.badRequest(Quoted.of(name) + " is not a parameter here; "
                        + (known.isEmpty() ? "there is none" : "known: " + String.join(", ", new TreeSet<>(known))));
            }
            if (parameters.put(name, decoded(equals < 0 ? "" : each.substring(equals + 1))) != null) {
                throw Problem.badRequest("the parameter " + name + " is there twice");
            }
        }
        return new Query(parameters);
    }

    private static String decoded(String text) throws Problem {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("the query is not percent-encoded");
        }
    }

    /** Empty where it is not there, or has no value. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    public int integer(String name, int least, int most, int otherwise) throws Problem {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (text.get().matches("\\d{1,9}")) {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw Problem.badRequest(name + " is a whole number from " + least + " to " + most);
    }

    /** A count of calls, which may be large; empty where it is not there. */
    public OptionalLong number(String name) throws Problem {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.get().matches("\\d{1,18}")) {
            throw Problem.badRequest(name + " is a whole number");
        }
        return OptionalLong.of(Long.parseLong(text.get()));
    }

    public Optional<Instant> time(String name) throws Problem {
        Optional<String> text = text(name);
        try {
            if (text.isEmpty() || text.get().matches("\\d{4}-.*")) {
                return text.map(Instant::parse);
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw Problem.badRequest(name + " is a time in RFC 3339, such as 2026-11-27T05:30:00Z");
    }
}
