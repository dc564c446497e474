package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.nio.charset.StandardCharsets;

/** Reads the comment of a line that was an entry. */
final class LineComment {
    private static final int MAX = 200;

    /** Bytes that hold more than that in any case. */
    static final int MAX_BYTES = 4 * (MAX + 2);

    private LineComment() {}

    /** A line of what lies between two places of a block, which begins with a line; empty past its end. */
    static String nth(int skipped, byte[] block, int start, int end) {
        int from = start;
        for (int left = skipped; left > 0 && from < end; from++) {
            if (block[from] == '\n') {
                left--;
            }
        }
        int to = from;
        while (to < end && block[to] != '\n') {
            to++;
        }
        return new String(block, from, to - from, StandardCharsets.UTF_8);
    }

    /** The comment without its mark and blanks; empty where there is none, or where the line is not that entry. */
    static String of(String line, Cidr entry) {
        int mark = line.indexOf('#');
        if (mark < 0 || !isEntry(line.substring(0, mark).replace("\uFEFF", "").strip(), entry)) {
            return "";
        }
        return tidy(line.substring(mark + 1));
    }

    /** As it is shown: without blanks around it, and not too long. */
    static String tidy(String text) {
        String comment = text.replaceAll("\\p{Cntrl}", " ").strip();
        return comment.length() > MAX ? comment.substring(0, MAX) + "..." : comment;
    }

    private static boolean isEntry(String text, Cidr entry) {
        try {
            return Cidr.parse(text).equals(entry);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
