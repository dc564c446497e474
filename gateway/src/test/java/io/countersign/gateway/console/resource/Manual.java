package io.countersign.gateway.console.resource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/API.md says, for a comparison with what there is. */
final class Manual {
    private static final Pattern OPERATION =
            Pattern.compile("`([A-Z]+) (/api/v1/\\S+)` · role `(\\w+)`(?: · query (.*?))?(?: · body (.*?))?");
    private static final Pattern EVENT = Pattern.compile("`event: (\\w+)`.*");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private final Map<String, Described> operations = new LinkedHashMap<>();

    /** @param fields of its answer, such as {@code calls[].id} */
    record Described(String role, Set<String> query, Set<String> body, Set<String> fields) {}

    static Manual read() {
        Manual manual = new Manual();
        Described at = null;
        try {
            for (String line : Files.readAllLines(Path.of("../docs/API.md"))) {
                Matcher operation = OPERATION.matcher(line);
                Matcher event = EVENT.matcher(line);
                if (operation.matches()) {
                    at = new Described(
                            operation.group(3), names(operation.group(4)), names(operation.group(5)), new TreeSet<>());
                    manual.operations.put(operation.group(1) + " " + operation.group(2), at);
                } else if (event.matches()) {
                    at = new Described("viewer", Set.of(), Set.of(), new TreeSet<>());
                    manual.operations.put("event " + event.group(1), at);
                } else if (line.startsWith("## ")) {
                    at = null;
                } else if (line.startsWith("| `") && at != null) {
                    at.fields().addAll(names(line.substring(2, line.indexOf('|', 2))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return manual;
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        if (text != null) {
            Matcher name = NAME.matcher(text);
            while (name.find()) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    /** By {@code GET /api/v1/...} or {@code event ...}. */
    Map<String, Described> operations() {
        return operations;
    }
}
