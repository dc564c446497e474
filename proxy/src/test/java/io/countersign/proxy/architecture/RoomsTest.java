package io.countersign.proxy.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of rooms in docs/ARCHITECTURE.md shows the packages that there are, and which uses which. */
class RoomsTest {
    private static final String PROXY = "io.countersign.proxy.";
    private static final Path MAP = Path.of("../docs/ARCHITECTURE.md");

    /** {@code | `access/` | what it is for | net |} */
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)/` \\| [^|]+ \\| ([\\w ]*?) ?\\|");

    @Test
    void theMapShowsTheGraph() throws IOException {
        String graph = text(graph());
        System.out.println("The packages of the proxy, and what each uses:\n" + graph);
        Map<String, Set<String>> shown = new TreeMap<>();
        for (String line : Files.readAllLines(MAP)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                shown.put(row.group(1), words(row.group(2)));
            }
        }
        assertEquals(graph, text(shown), "the table of rooms in docs/ARCHITECTURE.md");
    }

    private static Map<String, Set<String>> graph() {
        Map<String, Set<String>> graph = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(PROXY.substring(0, PROXY.length() - 1))) {
            String room = room(type);
            if (!room.isEmpty()) {
                Set<String> uses = graph.computeIfAbsent(room, r -> new TreeSet<>());
                type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> room(dependency.getTargetClass().getBaseComponentType()))
                        .filter(other -> !other.isEmpty() && !other.equals(room))
                        .forEach(uses::add);
            }
        }
        return graph;
    }

    private static String room(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(PROXY) ? name.substring(PROXY.length()).replaceFirst("\\..*", "") : "";
    }

    private static Set<String> words(String text) {
        Set<String> words = new TreeSet<>(Set.of(text.split(" ", -1)));
        words.remove("");
        return words;
    }

    private static String text(Map<String, Set<String>> graph) {
        return graph.entrySet().stream()
                .map(room -> room.getKey() + " -> " + String.join(" ", room.getValue()) + "\n")
                .collect(Collectors.joining());
    }
}
