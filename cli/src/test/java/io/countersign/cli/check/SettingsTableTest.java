package io.countersign.cli.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.cli.check.SettingsTable.Row;
import io.countersign.proxy.config.KnownKeys;
import io.countersign.proxy.settings.HoconSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of settings by version, and that it has what this build reads. */
class SettingsTableTest {
    private static final Path TABLE = Path.of("src/main/resources/io/countersign/cli/check/settings.txt");

    private static final SettingsTable SMALL = SettingsTable.of("""
            # a comment
            through 0.3.0
            access.allow 0.1.0
            drain.quiet 0.2.0
            old 0.1.0 0.3.0
            """);

    /** The version that is being worked on, or was just released. */
    private static String current() throws IOException {
        Matcher version = Pattern.compile("<revision>([0-9.]+)(?:-SNAPSHOT)?</revision>")
                .matcher(Files.readString(Path.of("../pom.xml")));
        assertTrue(version.find());
        return version.group(1);
    }

    /** With {@code -Dsettings.write=true} it writes the file, as CONTRIBUTING describes. */
    @Test
    void hasWhatThisBuildReads() throws IOException {
        Set<String> read = HoconSource.known().paths();
        if (Boolean.getBoolean("settings.write")) {
            write(read);
        }
        SettingsTable table = SettingsTable.of(Files.readString(TABLE));
        Set<String> listed = table.rows().stream()
                .filter(row -> row.until().isEmpty())
                .map(Row::setting)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                String.join("\n", read),
                String.join("\n", listed),
                "settings.txt lacks settings, or has too many: see \"Adding a setting\" in CONTRIBUTING.md");
        assertEquals(current(), table.through());
    }

    private static void write(Set<String> read) throws IOException {
        String version = current();
        List<String> lines = new ArrayList<>(List.of(
                "# Every setting, with the first version that reads it, and the first one that does not read it any more.",
                "through " + version));
        Set<String> missing = new TreeSet<>(read);
        for (Row row : SettingsTable.of(Files.readString(TABLE)).rows()) {
            boolean stays = missing.remove(row.setting()) || row.until().isPresent();
            boolean released = !row.since().toString().equals(version);
            String end = row.until().map(Object::toString).orElse(version);
            if (stays || released) {
                lines.add(row.setting() + " " + row.since()
                        + (stays && row.until().isEmpty() ? "" : " " + end));
            }
        }
        missing.forEach(setting -> lines.add(setting + " " + version));
        Files.write(
                TABLE,
                Stream.concat(lines.stream().limit(2), lines.stream().skip(2).sorted())
                        .toList());
    }

    @Test
    void aVersionKnowsWhatItAndThoseBeforeItBrought() {
        assertKnown("0.1.0", Set.of("access.allow", "old"));
        assertKnown("0.2.0", Set.of("access.allow", "drain.quiet", "old"));
        assertKnown("0.2.9", Set.of("access.allow", "drain.quiet", "old"));
        assertKnown("0.3.0", Set.of("access.allow", "drain.quiet"));
    }

    @Test
    void whatTheTableDoesNotHaveIsNoVersion() {
        for (String other : List.of("0.0.9", "0.3.1", "1.0.0", "0.1", "latest", "0.10.0")) {
            assertFalse(SMALL.knownTo(other).isPresent(), other);
        }
    }

    private static void assertKnown(String version, Set<String> settings) {
        assertEquals(settings, SMALL.knownTo(version).map(KnownKeys::paths).orElseThrow(), version);
    }

    @Test
    void whatAnotherVersionDoesNotKnowIsNamedWithItsPlace() throws IOException {
        KnownKeys known = KnownKeys.ofPaths(List.of("routes.*.upstream", "listeners.#.bind", "access.allow"));
        String text = """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0", keep-alive-idle = 30 s }]
                  access { allow = ["10.0.0.1"], poll = 60 s }
                  times.connect = 2 s
                  routes.m.upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod"
                }
                """;
        HoconSource source =
                HoconSource.text(text, Path.of("").toAbsolutePath(), Map.of("COUNTERSIGN_DRAIN_QUIET", "3 s"));
        List<String> unknown =
                source.unknownTo("0.0.1", known).stream().map(Object::toString).toList();
        assertEquals(4, unknown.size(), unknown::toString);
        assertTrue(
                unknown.get(0).startsWith("text:3 (access.poll): unknown to 0.0.1, which refuses to start"),
                unknown::toString);
        assertTrue(
                unknown.get(1)
                        .startsWith(
                                "environment variable COUNTERSIGN_DRAIN_QUIET (drain): unknown to 0.0.1, which passes it over"),
                unknown::toString);
        assertTrue(unknown.get(2).startsWith("text:2 (listeners[0].keep-alive-idle)"), unknown::toString);
        assertTrue(unknown.get(3).startsWith("text:4 (times)"), unknown::toString);
    }
}
