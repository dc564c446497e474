package io.countersign.proxy.wire;

/**
 * Writes texts into JSON (RFC 8259 section 7). Besides what the grammar forbids, what could end a line, move the cursor or
 * reorder what is shown is escaped, and so are lone surrogates: the result is valid and harmless wherever it is printed.
 */
public final class JsonText {
    private JsonText() {}

    /** The text in quotes. */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16).append('"');
        append(out, text, text.length());
        return out.append('"').toString();
    }

    /** The first {@code end} characters of the text, escaped, without quotes. */
    public static void append(StringBuilder out, String text, int end) {
        int plain = plain(text, end);
        // Copied at once, since most texts are plain as a whole.
        out.append(text, 0, plain);
        for (int i = plain; i < end; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (isUnsafe(c)) {
                escape(out, c);
            } else if (!Character.isSurrogate(c)) {
                out.append(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                escape(out, c);
            }
        }
    }

    /** How many characters from the first on are printable ASCII that JSON takes as it is. */
    private static int plain(String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
                return i;
            }
        }
        return end;
    }

    /** The text in ASCII alone, without quotes. */
    public static void appendAscii(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c >= 0x7F) {
                escape(out, c);
            } else {
                out.append(c);
            }
        }
    }

    /** A backslash, {@code u} and the character's code. */
    public static void escape(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 0xF, 16));
        }
    }

    /** Controls (C0, DEL, C1), Unicode's line ends, and the marks that change writing direction. */
    public static boolean isUnsafe(char c) {
        if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
            return true;
        }
        return c == 0x200E
                || c == 0x200F
                || (c >= 0x2028 && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0xFEFF;
    }
}
