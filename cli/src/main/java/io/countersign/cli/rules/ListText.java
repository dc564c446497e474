package io.countersign.cli.rules;

import io.countersign.proxy.net.Cidr;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A list file as text: where a range stands in it, and how it ends. Read line by line, since it may be long.
 *
 * @param found the first line of the range
 * @param lines how many there are
 * @param size in bytes
 * @param endsOpen whether its last line has no line end
 * @param lineEnd as the file writes them
 */
record ListText(Optional<Line> found, int lines, long size, boolean endsOpen, String lineEnd) {

    /**
     * One line.
     *
     * @param start of its first byte
     * @param end after its last, the line end left out
     */
    record Line(int number, long start, long end, String text) {
        /** What stands before the comment. */
        String entry() {
            int mark = text.indexOf('#');
            return (mark < 0 ? text : text.substring(0, mark)).strip();
        }

        /** Without its mark and blanks. */
        String comment() {
            int mark = text.indexOf('#');
            return mark < 0 ? "" : text.substring(mark + 1).strip();
        }
    }

    static ListText of(FileChannel file, Cidr cidr) throws IOException {
        file.position(0);
        // Closing the stream would close the file, and its lock with it.
        InputStream in = new BufferedInputStream(Channels.newInputStream(file));
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        Optional<Line> found = Optional.empty();
        int number = 0;
        long at = 0;
        long start = 0;
        String lineEnd = "\n";
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            at++;
            if (octet != '\n') {
                line.write(octet);
                continue;
            }
            Line read = line(++number, start, line);
            lineEnd = read.end() < at - 1 ? "\r\n" : "\n";
            found = found.isPresent() || !isOf(read, cidr) ? found : Optional.of(read);
            line.reset();
            start = at;
        }
        boolean open = line.size() > 0;
        if (open) {
            Line last = line(++number, start, line);
            found = found.isPresent() || !isOf(last, cidr) ? found : Optional.of(last);
        }
        return new ListText(found, number, at, open, lineEnd);
    }

    /** A byte order mark is no part of the first line. */
    private static Line line(int number, long start, ByteArrayOutputStream bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        int mark = number == 1 && text.startsWith("\uFEFF") ? 3 : 0;
        boolean carriage = text.endsWith("\r");
        return new Line(
                number,
                start + mark,
                start + bytes.size() - (carriage ? 1 : 0),
                text.substring(mark == 0 ? 0 : 1, text.length() - (carriage ? 1 : 0)));
    }

    private static boolean isOf(Line line, Cidr cidr) {
        String entry = line.entry();
        // Most lines are comments, or other addresses: those show by their first character.
        if (entry.isEmpty() || entry.startsWith("include")) {
            return false;
        }
        try {
            return Cidr.parse(entry).equals(cidr);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
