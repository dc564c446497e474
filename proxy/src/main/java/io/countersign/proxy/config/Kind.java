package io.countersign.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What may be written for one setting, as a line of {@code kinds.txt} says it, and that as JSON Schema.
 *
 * <p>The schema refuses nothing that the setting's reader takes: a number in quotes is a number, and a text may look like a number.
 * The bounds of durations and sizes are in the description alone, since a pattern can't compare.
 *
 * @param text of the line
 */
public record Kind(String text) {
    private static final String LIST = "list of ";
    private static final String BOUNDS = "\\.\\.";

    /** The bounds of an alternative, such as {@code integer 1..100}. */
    public Optional<Bounds> bounds(String of) {
        for (String alternative : alternatives()) {
            if (alternative.startsWith(of + " ")) {
                String[] both = alternative.substring(of.length() + 1).split(BOUNDS, -1);
                return Optional.of(new Bounds(both[0].strip(), both[1].strip()));
            }
        }
        return Optional.empty();
    }

    /** The least and the most, as they are written. */
    public record Bounds(String least, String most) {
        private String text() {
            return "from " + least + " to " + most;
        }
    }

    /** Whether it is a list, of which {@link #alternatives} is one element. */
    public boolean isList() {
        return text.startsWith(LIST);
    }

    /** What one value may be. */
    public List<String> alternatives() {
        String all = isList() ? text.substring(LIST.length()) : text;
        return List.of(all.split("\\s*\\|\\s*", -1));
    }

    /** The words among the alternatives. */
    public List<String> words() {
        return alternatives().stream().filter(Kind::isWord).toList();
    }

    private static boolean isWord(String alternative) {
        return !alternative.contains(" ") && !alternative.equals("string") && !alternative.equals("flag");
    }

    /**
     * As a JSON Schema.
     *
     * @param further words that are taken as well, as former ones are
     */
    Map<String, Object> schema(Set<String> further) {
        List<Map<String, Object>> any = new ArrayList<>();
        Set<Object> words = new LinkedHashSet<>();
        for (String alternative : alternatives()) {
            if (isWord(alternative)) {
                words.addAll(written(alternative));
            } else {
                any.add(schema(alternative));
            }
        }
        words.addAll(further);
        if (!words.isEmpty()) {
            any.add(0, schemaOf("enum", List.copyOf(words)));
        }
        Map<String, Object> one = any.size() == 1 ? any.get(0) : schemaOf("anyOf", any);
        if (!isList()) {
            return one;
        }
        Map<String, Object> list = schemaOf("type", "array");
        list.put("items", one);
        return list;
    }

    private Map<String, Object> schema(String alternative) {
        String type = alternative.split(" ", 2)[0];
        return switch (type) {
            case "string" -> schemaOf("type", List.of("string", "number", "boolean"));
            case "flag" -> schemaOf("enum", List.of(true, false, "true", "false", "yes", "no"));
            case "integer" -> integer(bounds(type).orElseThrow());
            case "duration" ->
                amount("A duration", "30 s", bounds(type).orElseThrow(), Units.DURATIONS, Function.identity());
            case "size" ->
                amount("A size", "8 MiB", bounds(type).orElseThrow(), Units.SIZES, texts -> {
                    // A number alone is in bytes.
                    Map<String, Object> whole = schemaOf("type", "integer");
                    whole.put("minimum", 0);
                    return schemaOf("anyOf", List.of(whole, texts));
                });
            default -> throw new IllegalArgumentException("unknown kind " + alternative);
        };
    }

    private static Map<String, Object> integer(Bounds bounds) {
        Map<String, Object> number = schemaOf("type", "integer");
        number.put("minimum", Long.valueOf(bounds.least()));
        number.put("maximum", Long.valueOf(bounds.most()));
        Map<String, Object> quoted = schemaOf("type", "string");
        quoted.put("pattern", "^\\s*\\d{1,12}\\s*$");
        Map<String, Object> either = schemaOf("description", "A whole number " + bounds.text() + ".");
        either.put("anyOf", List.of(number, quoted));
        return either;
    }

    private static Map<String, Object> amount(
            String what,
            String example,
            Bounds bounds,
            List<String> units,
            Function<Map<String, Object>, Map<String, Object>> more) {
        Map<String, Object> texts = schemaOf("type", "string");
        // As Units reads them, white space around included.
        texts.put("pattern", "^\\s*\\d{1,12}(\\.\\d{1,9})?\\s*(" + String.join("|", units) + ")\\s*$");
        Map<String, Object> schema =
                schemaOf("description", what + " " + bounds.text() + ", such as \"" + example + "\".");
        schema.putAll(more.apply(texts));
        return schema;
    }

    /** A number can be written as one, and in quotes. */
    private static List<Object> written(String word) {
        return word.matches("\\d+") ? List.of(Long.valueOf(word), word) : List.of(word);
    }

    static Map<String, Object> schemaOf(String key, Object value) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put(key, value);
        return schema;
    }
}
