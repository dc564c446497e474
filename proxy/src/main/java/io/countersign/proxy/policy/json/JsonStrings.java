package io.countersign.proxy.policy.json;

import io.countersign.proxy.policy.json.JsonValue.JsonString;

/** Reads one string, with its escapes (RFC 8259 section 7). */
final class JsonStrings {
    private JsonStrings() {}

    /** From the opening quote past the closing one. */
    static JsonString read(JsonText text) throws JsonFault {
        Position at = text.position();
        text.next();
        StringBuilder out = new StringBuilder();
        while (text.peek() != '"') {
            Position here = text.position();
            if (text.atEnd() || text.peek() == '\n' || text.peek() == '\r') {
                throw new JsonFault(at, "the string that begins here is not closed on its line; write a \" at its end");
            }
            char c = text.peek();
            if (c < ' ') {
                throw text.fault("U+" + String.format("%04X", (int) c) + " can't be in a string; write it as \\u"
                        + String.format("%04x", (int) c) + " if it is meant");
            }
            text.next();
            char unit = c == '\\' ? escape(text, here) : c;
            out.append(unit);
            if (Character.isLowSurrogate(unit)) {
                throw loneSurrogate(here);
            }
            if (Character.isHighSurrogate(unit)) {
                out.append(low(text, here));
            }
        }
        text.next();
        return new JsonString(at, out.toString());
    }

    private static char low(JsonText text, Position high) throws JsonFault {
        char c = text.peek();
        if (text.atEnd()) {
            throw loneSurrogate(high);
        }
        Position here = text.position();
        text.next();
        char unit = c == '\\' ? escape(text, here) : c;
        if (!Character.isLowSurrogate(unit)) {
            throw loneSurrogate(high);
        }
        return unit;
    }

    private static JsonFault loneSurrogate(Position at) {
        return new JsonFault(
                at, "half of a surrogate pair is no character; write both halves, or the character itself");
    }

    private static char escape(JsonText text, Position at) throws JsonFault {
        char c = text.peek();
        if (text.atEnd()) {
            throw new JsonFault(at, "the string ends in a backslash; write \\\\ for one");
        }
        text.next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode(text, at);
            default ->
                throw new JsonFault(
                        at,
                        "a backslash begins one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; write \\\\ for a backslash"
                                + " itself");
        };
    }

    private static char unicode(JsonText text, Position at) throws JsonFault {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = text.peek() < 0x80 ? Character.digit(text.peek(), 16) : -1;
            if (digit < 0) {
                throw new JsonFault(at, "\\u is followed by four hexadecimal digits, such as \\u00e9");
            }
            unit = unit << 4 | digit;
            text.next();
        }
        return (char) unit;
    }
}
