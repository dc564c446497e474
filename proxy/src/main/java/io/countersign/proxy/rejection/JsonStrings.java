package io.countersign.proxy.rejection;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the string members of one JSON object (RFC 8259), those of its inner objects under a path such as {@code error.type}
 * or {@code errors[].message}, and checks the rest for form, so that half a body or two of them are not taken for an error.
 * Never throws for bad input.
 */
final class JsonStrings {
    private static final int MAX_DEPTH = 32;
    /** How deep strings are collected: errors that are nested deeper are not AWS's. */
    private static final int MAX_COLLECTED_DEPTH = 2;

    private final String text;
    private int at;

    private JsonStrings(String text) {
        this.text = text;
    }

    /** Empty unless the text is one whole object. A name that comes twice counts the last time, in an array the first. */
    static Optional<Map<String, String>> of(String text) {
        try {
            JsonStrings scan = new JsonStrings(text);
            Map<String, String> strings = new HashMap<>();
            scan.space();
            scan.object(strings, "", 0);
            scan.space();
            return scan.at == text.length() ? Optional.of(strings) : Optional.empty();
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed() {
            super(null, null, false, false);
        }
    }

    /**
     * @param strings receives the members that are strings
     * @param path of the object, with a dot after it; null where nothing is collected
     */
    private void object(Map<String, String> strings, String path, int depth) throws Malformed {
        take('{');
        space();
        if (peek() == '}') {
            at++;
            return;
        }
        do {
            space();
            String name = string();
            String member = path == null ? null : path + name;
            space();
            take(':');
            space();
            if (peek() == '"') {
                String value = string();
                if (member != null) {
                    put(strings, member, value);
                }
            } else {
                value(strings, depth < MAX_COLLECTED_DEPTH ? member : null, depth + 1);
            }
            space();
        } while (more('}'));
    }

    private static void put(Map<String, String> strings, String path, String value) {
        if (path.indexOf('[') < 0) {
            strings.put(path, value);
        } else {
            strings.putIfAbsent(path, value);
        }
    }

    private void array(Map<String, String> strings, String path, int depth) throws Malformed {
        take('[');
        space();
        if (peek() == ']') {
            at++;
            return;
        }
        do {
            space();
            value(strings, path == null ? null : path + "[]", depth + 1);
            space();
        } while (more(']'));
    }

    private void value(Map<String, String> strings, String path, int depth) throws Malformed {
        if (depth > MAX_DEPTH) {
            throw new Malformed();
        }
        switch (peek()) {
            case '{' -> object(strings, path == null ? null : path + ".", depth);
            case '[' -> array(strings, path, depth);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private boolean more(char end) throws Malformed {
        char c = next();
        if (c != ',' && c != end) {
            throw new Malformed();
        }
        return c == ',';
    }

    private String string() throws Malformed {
        take('"');
        StringBuilder value = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return value.toString();
            }
            if (c < ' ') {
                throw new Malformed();
            }
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() throws Malformed {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) (hex() << 12 | hex() << 8 | hex() << 4 | hex());
            default -> throw new Malformed();
        };
    }

    private int hex() throws Malformed {
        int digit = Character.digit(next(), 16);
        if (digit < 0) {
            throw new Malformed();
        }
        return digit;
    }

    private void number() throws Malformed {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == start) {
            throw new Malformed();
        }
    }

    private void word(String word) throws Malformed {
        if (!text.startsWith(word, at)) {
            throw new Malformed();
        }
        at += word.length();
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void take(char expected) throws Malformed {
        if (next() != expected) {
            throw new Malformed();
        }
    }

    private char peek() throws Malformed {
        if (at >= text.length()) {
            throw new Malformed();
        }
        return text.charAt(at);
    }

    private char next() throws Malformed {
        char c = peek();
        at++;
        return c;
    }
}
