package io.countersign.proxy.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/THREATS.md names tests that exist, so that what it says is shown. */
class ThreatsTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        List<String> missing = new ArrayList<>();
        int named = 0;
        Matcher test = NAMED.matcher(Files.readString(Path.of("../docs/THREATS.md")));
        while (test.find()) {
            named++;
            String method = test.group(2);
            if (sources(test.group(1))
                    .noneMatch(source -> source.contains("@Test")
                            || source.contains("@ParameterizedTest")
                            || source.contains("@TestFactory"))) {
                missing.add(test.group(1));
            } else if (method != null
                    && sources(test.group(1)).noneMatch(source -> source.contains(" void " + method + "("))) {
                missing.add(test.group(1) + "." + method);
            }
        }
        assertEquals(List.of(), missing, "named in docs/THREATS.md, but not to be found");
        assertTrue(named > 30, "it found only " + named);
    }

    /** Of the classes of that name, in whichever module or package. */
    private static Stream<String> sources(String simpleName) throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files =
                        Files.find(tests, 20, (path, attributes) -> path.endsWith(simpleName + ".java"))) {
                    for (Path file : files.toList()) {
                        sources.add(Files.readString(file));
                    }
                }
            }
        }
        return sources.stream();
    }
}
