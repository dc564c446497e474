package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every script says with {@code --help} what it does, and does nothing else then. */
class ScriptHelpTest {
    private static final Path SCRIPTS = Path.of("../scripts").toAbsolutePath().normalize();

    /** They build the program, and become it. */
    private static final Set<String> PROGRAM = Set.of("countersign", "demo");

    private static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.walk(SCRIPTS, 2)) {
            return files.filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .filter(file -> !PROGRAM.contains(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void saysWhatItDoes(Path script) throws Exception {
        Process help = new ProcessBuilder(script.toString(), "--help")
                .redirectErrorStream(true)
                .start();
        help.getOutputStream().close();
        assertTrue(help.waitFor(60, TimeUnit.SECONDS), () -> script + " goes on");
        String said = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, help.exitValue(), said);
        assertTrue(said.strip().length() > 20, said);
        assertTrue(said.lines().noneMatch(line -> line.contains("unbound variable")), said);
    }
}
