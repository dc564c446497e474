package io.countersign.proxy.rejection;

/**
 * Walks through a JSON text (RFC 8259) and shows each number, string and word with the names that lead to it. Never throws for
 * bad input.
 */
final class JsonWalk {
    private static final int MAX_DEPTH = 32;

    /** Stands in the path for each element of an array. */
    static final String ELEMENT = "[]";

    /** Receives each value that is neither an object nor an array. */
    interface Values {
        /**
         * A value.
         *
         * @param path the names that lead to it; valid up to {@code depth}, and during the call
         */
        void value(String[] path, int depth, String text);
    }

    private final String text;
    private final Values values;
    private final String[] path = new String[MAX_DEPTH];
    private int at;

    private JsonWalk(String text, Values values) {
        this.text = text;
        this.values = values;
    }

    /** Returns whether the text was one whole value; what was shown before a fault counts for nothing then. */
    static boolean through(String text, Values values) {
        JsonWalk walk = new JsonWalk(text, values);
        return walk.value(0) && walk.end();
    }

    private boolean end() {
        space();
        return at == text.length();
    }

    private boolean value(int depth) {
        space();
        if (at >= text.length()) {
            return false;
        }
        return switch (text.charAt(at)) {
            case '{' -> members(depth, '}');
            case '[' -> members(depth, ']');
            default -> scalar(depth);
        };
    }

    /** An object's members, or an array's. */
    private boolean members(int depth, char end) {
        if (depth >= MAX_DEPTH) {
            return false;
        }
        at++;
        if (take(end)) {
            return true;
        }
        do {
            path[depth] = end == ']' ? ELEMENT : name();
            if (path[depth] == null || !value(depth + 1)) {
                return false;
            }
        } while (take(','));
        return take(end);
    }

    private String name() {
        space();
        String name = at < text.length() && text.charAt(at) == '"' ? string() : null;
        return name != null && take(':') ? name : null;
    }

    private boolean scalar(int depth) {
        String value = text.charAt(at) == '"' ? string() : word();
        if (value == null) {
            return false;
        }
        values.value(path, depth, value);
        return true;
    }

    /** A number, or true, false, null. */
    private String word() {
        int start = at;
        while (at < text.length() && isOfWord(text.charAt(at))) {
            at++;
        }
        return at == start ? null : text.substring(start, at);
    }

    private static boolean isOfWord(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' || c == 'E';
    }

    /** Escapes are left as they are: no name that is looked for has one. */
    private String string() {
        int start = ++at;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return text.substring(start, at - 1);
            }
            if (c == '\\') {
                at++;
            }
        }
        return null;
    }

    private boolean take(char wanted) {
        space();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
