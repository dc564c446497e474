package io.countersign.cli.report;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/** Writes JSON for people to read and copy: a line for each member, two spaces for each level. */
final class JsonWriter {
    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    /** Of maps, collections and texts; maps and collections in their own order. */
    static String indented(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value, "\n");
        return writer.out.toString();
    }

    private void value(Object value, String line) {
        if (value instanceof Map<?, ?> map) {
            out.append('{');
            for (Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator(); each.hasNext(); ) {
                Map.Entry<?, ?> member = each.next();
                text(open(line), String.valueOf(member.getKey()));
                out.append(": ");
                value(member.getValue(), line + "  ");
                close(each.hasNext(), line);
            }
            out.append('}');
        } else if (value instanceof Collection<?> list) {
            out.append('[');
            for (Iterator<?> each = list.iterator(); each.hasNext(); ) {
                out.append(open(line));
                value(each.next(), line + "  ");
                close(each.hasNext(), line);
            }
            out.append(']');
        } else {
            text("", String.valueOf(value));
        }
    }

    private static String open(String line) {
        return line + "  ";
    }

    private void close(boolean more, String line) {
        out.append(more ? "," : line);
    }

    /** RFC 8259 section 7. */
    private void text(String before, String text) {
        out.append(before).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
