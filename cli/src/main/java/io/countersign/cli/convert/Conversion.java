package io.countersign.cli.convert;

import java.util.List;
import java.util.Map;

/**
 * What something else's configuration equals here.
 *
 * @param settings each with where it came from
 * @param differences what acts differently, or has no equal
 * @param variables values that are too secret for the text, which names these variables instead
 * @param after text for whoever goes on from there, such as what to change in an agent; empty for nothing
 */
public record Conversion(
        Settings settings, List<Difference> differences, Map<String, String> variables, List<String> after) {
    public Conversion {
        differences = List.copyOf(differences);
        variables = Map.copyOf(variables);
        after = List.copyOf(after);
    }

    /** The whole configuration, in HOCON with comments. */
    public String text() {
        StringBuilder text = new StringBuilder(settings.text());
        if (!differences.isEmpty()) {
            text.append("\n# What differs, or has no equal:\n");
            differences.forEach(difference -> comment(text, "- " + difference));
        }
        if (!after.isEmpty()) {
            text.append('\n');
            after.forEach(line -> comment(text, line));
        }
        return text.toString();
    }

    private static void comment(StringBuilder text, String line) {
        text.append(line.isEmpty() ? "#" : "# " + line.replaceAll("[\r\n]+", " "))
                .append('\n');
    }

    /** A value may be a secret. */
    @Override
    public String toString() {
        return "Conversion" + differences;
    }
}
