package io.countersign.gateway.approval;

/**
 * What a caller has chosen, as an approver is to read it: in ASCII alone, since a letter of another alphabet can look like one of ours,
 * and cut short. Other characters are shown by their numbers.
 */
public final class Shown {
    private Shown() {}

    /** @param max characters at most; what is longer ends in three dots */
    public static String of(String text, int max) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() <= max; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        if (out.length() > max) {
            out.setLength(max - 3);
            out.append("...");
        }
        return out.toString();
    }
}
