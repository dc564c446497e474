package io.countersign.cli.report;

import io.countersign.proxy.wire.JsonText;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/** Writes JSON for people to read and copy: a line for each member, two spaces for each level. */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    /** Of maps, collections, numbers, booleans and texts; maps and collections in their own order. */
    public static String indented(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value, "\n");
        return writer.out.toString();
    }

    private void value(Object value, String line) {
        if (value instanceof Map<?, ?> map) {
            out.append('{');
            for (Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator(); each.hasNext(); ) {
                Map.Entry<?, ?> member = each.next();
                out.append(open(line))
                        .append(JsonText.quoted(String.valueOf(member.getKey())))
                        .append(": ");
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
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            out.append(JsonText.quoted(String.valueOf(value)));
        }
    }

    private static String open(String line) {
        return line + "  ";
    }

    private void close(boolean more, String line) {
        out.append(more ? "," : line);
    }
}
