package io.countersign.proxy.logging;

/**
 * Makes a text harmless for one line of a log or of a plain-text page: what could end the line, move the cursor or
 * reorder what is shown is written as a backslash, {@code u} and its code, so that no caller can forge a second line.
 */
public final class OneLine {
    private OneLine() {}

    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnsafe(text.charAt(i))) {
                StringBuilder out = new StringBuilder(text.length() + 16);
                append(out, text);
                return out.toString();
            }
        }
        return text;
    }

    static void append(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isUnsafe(c)) {
                escape(out, c);
            } else {
                out.append(c);
            }
        }
    }

    /** Also what JSON understands. */
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
