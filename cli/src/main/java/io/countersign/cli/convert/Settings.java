package io.countersign.cli.convert;

import com.typesafe.config.ConfigUtil;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Settings in the order in which they were put, each with a comment that says where it came from. */
public final class Settings {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");
    private static final String INDENT = "  ";

    private final Map<String, Object> root = new LinkedHashMap<>();

    /** @param comment empty for none */
    private record Entry(Object value, String comment) {}

    /** A variable of the environment, whose value is set if the variable is. */
    record Variable(String name) {}

    /**
     * Puts a setting.
     *
     * @param value a text, number, truth value, {@link Variable}, list or map of such
     * @param comment where it came from
     * @param path of its names, below {@code countersign}
     */
    @SuppressWarnings("unchecked")
    void put(Object value, String comment, String... path) {
        Map<String, Object> at = root;
        for (int i = 0; i < path.length - 1; i++) {
            at = (Map<String, Object>) at.computeIfAbsent(path[i], name -> new LinkedHashMap<String, Object>());
        }
        at.put(path[path.length - 1], new Entry(value, comment));
    }

    String text() {
        StringBuilder out = new StringBuilder("countersign {\n");
        write(root, INDENT, out);
        return out.append("}\n").toString();
    }

    @SuppressWarnings("unchecked")
    private static void write(Map<String, Object> section, String indent, StringBuilder out) {
        section.forEach((name, value) -> {
            if (value instanceof Entry entry) {
                if (!entry.comment.isEmpty()) {
                    out.append(indent)
                            .append("# ")
                            .append(entry.comment.replaceAll("[\r\n]+", " "))
                            .append('\n');
                }
                out.append(indent)
                        .append(key(name))
                        .append(" = ")
                        .append(text(entry.value))
                        .append('\n');
            } else {
                out.append(indent).append(key(name)).append(" {\n");
                write((Map<String, Object>) value, indent + INDENT, out);
                out.append(indent).append("}\n");
            }
        });
    }

    private static String key(String name) {
        return PLAIN.matcher(name).matches() ? name : ConfigUtil.quoteString(name);
    }

    private static String text(Object value) {
        if (value instanceof Variable variable) {
            return "${?" + variable.name + "}";
        }
        if (value instanceof List<?> list) {
            StringJoiner all = new StringJoiner(", ", "[", "]");
            list.forEach(each -> all.add(text(each)));
            return all.toString();
        }
        if (value instanceof Map<?, ?> map) {
            StringJoiner all = new StringJoiner(", ", "{ ", " }");
            map.forEach((name, each) -> all.add(key(String.valueOf(name)) + " = " + text(each)));
            return all.toString();
        }
        return value instanceof Number || value instanceof Boolean
                ? value.toString()
                : ConfigUtil.quoteString(value.toString());
    }
}
