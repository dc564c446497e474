package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.route.RouteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manual shows is what works. */
class ManualTest {
    private static final Path DOCS = Path.of("../docs");

    @TempDir
    Path folder;

    static Stream<String> pages() throws IOException {
        return Stream.concat(Stream.of("CONFIGURATION.md", "CREDENTIALS.md", "SERVICES.md"), servicePages().stream());
    }

    private static List<String> servicePages() throws IOException {
        try (Stream<Path> files = Files.list(DOCS.resolve("services"))) {
            return files.map(file -> "services/" + file.getFileName()).sorted().toList();
        }
    }

    @Test
    void thePagesOfTheServicesAreFound() throws IOException {
        String services = Files.readString(DOCS.resolve("SERVICES.md"));
        String readme = Files.readString(DOCS.resolve("../README.md"));

        assertFalse(servicePages().isEmpty());
        for (String page : servicePages()) {
            assertTrue(services.contains("](" + page + ")"), page);
            assertTrue(readme.contains("](docs/" + page + ")"), page);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyExampleLoads(String page) throws IOException {
        Files.writeString(folder.resolve("allow.list"), "10.0.0.0/8\n");
        Files.writeString(folder.resolve("deny.list"), "10.9.0.0/16\n");
        Files.writeString(folder.resolve("api-key"), "key\n");
        List<String> examples = Pattern.compile("(?s)```hocon\n(.*?)```")
                .matcher(Files.readString(DOCS.resolve(page)))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();

        assertFalse(examples.isEmpty());
        for (String example : examples) {
            LoadResult result = HoconSource.text(example, folder, Map.of()).load();
            LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
            assertEquals(
                    List.of(),
                    loaded.warnings().stream()
                            .filter(warning -> !warning.what().startsWith("is from-host"))
                            .toList(),
                    example);
        }
    }

    @Test
    void everyExampleInYamlLoads() throws IOException {
        Files.writeString(folder.resolve("allow.list"), "10.0.0.0/8\n");
        Files.writeString(folder.resolve("api-key"), "key\n");
        List<String> examples = Pattern.compile("(?s)```yaml\n(.*?)```")
                .matcher(Files.readString(DOCS.resolve("CONFIGURATION.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();

        assertFalse(examples.isEmpty());
        for (String example : examples) {
            Path file = Files.writeString(folder.resolve("example.yaml"), example);
            LoadResult result = HoconSource.file(file, Map.of()).load();
            LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
            assertEquals(
                    List.of(),
                    loaded.warnings().stream()
                            .filter(warning -> !warning.what().startsWith("is from-host"))
                            .toList(),
                    example);
        }
    }

    @Test
    void everyLineThatTheShippedFileShowsInACommentLoads() throws IOException {
        String shipped = Files.readString(Path.of("../conf/countersign.conf"));
        // "# key = value", "# name {" and "# }" are settings; a sentence is not.
        String uncommented = Pattern.compile("(?m)^( *)# ( *(?:[a-z0-9-]+ (?:=|\\{).*|}))$")
                .matcher(shipped)
                .replaceAll("$1$2");
        for (String file : List.of("allow.list", "deny.list")) {
            Files.copy(Path.of("../conf").resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("api-key"), "key\n");

        LoadResult result = HoconSource.text(uncommented, folder, Map.of()).load();

        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
        RouteConfig route = loaded.config().routes().get(0);
        assertEquals("reporting", route.signing().orElseThrow().credentials());
        assertEquals(1, route.rewrite().headers().set().size());
    }
}
