package io.countersign.standin.serve;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Numbers and flags out of a query, for the helper paths and the control port. */
public final class QueryParameters {
    private final Map<String, String> values = new HashMap<>();

    public QueryParameters(String query) {
        for (String piece : query.split("&", -1)) {
            int equals = piece.indexOf('=');
            String name = equals < 0 ? piece : piece.substring(0, equals);
            values.put(name, equals < 0 ? "" : URLDecoder.decode(piece.substring(equals + 1), StandardCharsets.UTF_8));
        }
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** A number of 0 or more; anything else is an {@link IllegalArgumentException}. */
    public long number(String name, long otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("'" + name + "' is '" + text + "', it takes a number of 0 or more");
        }
        return Long.parseLong(text);
    }

    public boolean flag(String name) {
        return "1".equals(values.get(name)) || "true".equals(values.get(name));
    }
}
