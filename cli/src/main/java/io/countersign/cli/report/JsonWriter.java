package io.countersign.cli.report;

import io.countersign.proxy.wire.JsonText;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Writes JSON for people to read and copy: a line for each member, two spaces for each level. */
public final class JsonWriter {
    private final Consumer<String> out;

    private JsonWriter(Consumer<String> out) {
        this.out = out;
    }

    /**
     * Of maps, collections, streams, numbers, booleans and texts; maps and collections in their own order. A stream is written as it
     * comes, however long it is.
     */
    public static String indented(Object value) {
        StringBuilder text = new StringBuilder();
        new JsonWriter(text::append).value(value, "\n");
        return text.toString();
    }

    /** The same as lines. */
    public static void print(Object value, PrintStream to) {
        new JsonWriter(to::print).value(value, "\n");
        to.println();
    }

    /** An object, of names and values in turn. */
    public static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    private void value(Object value, String line) {
        if (value instanceof Map<?, ?> map) {
            out.accept("{");
            for (Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator(); each.hasNext(); ) {
                Map.Entry<?, ?> member = each.next();
                out.accept(open(line) + JsonText.quoted(String.valueOf(member.getKey())) + ": ");
                value(member.getValue(), line + "  ");
                close(each.hasNext(), line);
            }
            out.accept("}");
        } else if (value instanceof Collection<?> list) {
            list(list.iterator(), line);
        } else if (value instanceof Stream<?> stream) {
            list(stream.iterator(), line);
        } else if (value instanceof Number || value instanceof Boolean) {
            out.accept(String.valueOf(value));
        } else {
            out.accept(JsonText.quoted(String.valueOf(value)));
        }
    }

    private void list(Iterator<?> each, String line) {
        out.accept("[");
        while (each.hasNext()) {
            out.accept(open(line));
            value(each.next(), line + "  ");
            close(each.hasNext(), line);
        }
        out.accept("]");
    }

    private static String open(String line) {
        return line + "  ";
    }

    private void close(boolean more, String line) {
        out.accept(more ? "," : line);
    }
}
