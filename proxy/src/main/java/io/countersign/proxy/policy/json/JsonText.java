package io.countersign.proxy.policy.json;

/** A text that is read a UTF-16 unit at a time, and where reading has got to. */
final class JsonText {
    private static final int MAX_QUOTED = 40;

    private final String text;
    private int offset;
    private int line = 1;
    private int column = 1;

    JsonText(String text) {
        this.text = text;
    }

    int offset() {
        return offset;
    }

    boolean atEnd() {
        return offset == text.length();
    }

    /** The next unit; 0 at the end, which {@link #atEnd} tells from a zero in the text. */
    char peek() {
        return offset < text.length() ? text.charAt(offset) : 0;
    }

    boolean isFollowedByAny(String characters) {
        return offset + 1 < text.length() && characters.indexOf(text.charAt(offset + 1)) >= 0;
    }

    /** Past the next unit. CR, LF and CRLF each end a line; the second half of a surrogate pair is no column. */
    void next() {
        char c = text.charAt(offset++);
        boolean ends = c == '\n' || (c == '\r' && peek() != '\n');
        if (ends) {
            line++;
            column = 1;
        } else if (!Character.isLowSurrogate(c)) {
            column++;
        }
    }

    Position position() {
        return new Position(line, column);
    }

    JsonFault fault(String what) {
        return new JsonFault(position(), what);
    }

    /** The next character for a message. */
    String seen() {
        if (atEnd()) {
            return "the end of the text";
        }
        int c = text.codePointAt(offset);
        return c == '"' ? "a string" : c > ' ' && c < 0x7f ? Character.toString(c) : String.format("U+%04X", c);
    }

    /** For a message: printable, and not long. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        int at = 0;
        while (at < text.length() && out.length() < MAX_QUOTED) {
            int c = text.codePointAt(at);
            boolean printable = c >= ' '
                    && c != 0x7f
                    && Character.isDefined(c)
                    && Character.getType(c) != Character.FORMAT
                    && Character.getType(c) != Character.CONTROL
                    && Character.getType(c) != Character.SURROGATE;
            out.append(printable ? Character.toString(c) : String.format("\\u%04x", c));
            at += Character.charCount(c);
        }
        return out.append(at < text.length() ? "...\"" : "\"").toString();
    }
}
