package io.countersign.proxy.rejection;

import java.util.Locale;

/**
 * Finds a secret in a text however it is spelled there: plain, percent-encoded once or twice, or as JSON and XML writers
 * escape it. A loop and not a regular expression, since those recurse and a long token would overflow the stack.
 */
final class SpelledSecret {
    private final String secret;
    private final String[][] escapes;

    SpelledSecret(String secret) {
        this.secret = secret;
        this.escapes = new String[secret.length()][];
        for (int i = 0; i < secret.length(); i++) {
            escapes[i] = escapes(secret.charAt(i));
        }
    }

    /** In lower case; letters and digits are never escaped by anyone. */
    private static String[] escapes(char c) {
        if (c == '_' || (c < 128 && Character.isLetterOrDigit(c))) {
            return new String[0];
        }
        String hex = String.format(Locale.ROOT, "%02x", (int) c);
        return new String[] {"%" + hex, "%25" + hex, "\\u00" + hex, "&#x" + hex + ";", "&#" + (int) c + ";", "\\" + c};
    }

    String masked(String text, String mask) {
        StringBuilder out = null;
        int kept = 0;
        for (int at = 0; at < text.length(); at++) {
            int end = end(text, at);
            if (end > at) {
                out = out == null ? new StringBuilder(text.length()) : out;
                out.append(text, kept, at).append(mask);
                kept = end;
                at = end - 1;
            }
        }
        return out == null ? text : out.append(text, kept, text.length()).toString();
    }

    /** Where the secret that starts here ends, or {@code start} if none does. */
    private int end(String text, int start) {
        int at = start;
        for (int i = 0; i < escapes.length; i++) {
            int length = spelled(text, at, i);
            if (length == 0) {
                return start;
            }
            at += length;
        }
        return at;
    }

    private int spelled(String text, int at, int index) {
        if (at < text.length() && text.charAt(at) == secret.charAt(index)) {
            return 1;
        }
        for (String escape : escapes[index]) {
            if (text.regionMatches(true, at, escape, 0, escape.length())) {
                return escape.length();
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return "SpelledSecret[redacted]";
    }
}
