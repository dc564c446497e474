package io.countersign.proxy.logging;

import io.countersign.proxy.wire.JsonText;

/**
 * Makes a text harmless for one line of a log or of a plain-text page: what could end the line, move the cursor or
 * reorder what is shown is written as a backslash, {@code u} and its code, so that no caller can forge a second line.
 */
public final class OneLine {
    private OneLine() {}

    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (JsonText.isUnsafe(text.charAt(i))) {
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
            if (JsonText.isUnsafe(c)) {
                JsonText.escape(out, c);
            } else {
                out.append(c);
            }
        }
    }
}
