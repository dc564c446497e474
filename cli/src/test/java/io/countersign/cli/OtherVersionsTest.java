package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files for older and newer versions: this build starts with them. */
class OtherVersionsTest {
    /** The sample configurations of each release. */
    private static final Path SAMPLES = Path.of("src/test/resources/io/countersign/cli/samples");

    @TempDir
    Path folder;

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.walk(SAMPLES)) {
            return files.filter(file -> file.toString().matches(".*\\.(conf|yaml)"))
                    .sorted()
                    .toList();
        }
    }

    private Path copy(Path sample) throws IOException {
        try (Stream<Path> files = Files.list(sample.getParent())) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return folder.resolve(sample.getFileName());
    }

    private static Map<String, String> onFreePorts() {
        Map<String, String> environment = new HashMap<>(Command.KEYS);
        environment.put("COUNTERSIGN_LISTENERS", "[{ bind = \"127.0.0.1:0\" }]");
        environment.put("COUNTERSIGN_ADMIN_BIND", "127.0.0.1:0");
        return environment;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void startsWithTheSampleOfEachRelease(Path sample) throws Exception {
        Path file = copy(sample);
        Command check = Command.run("check", "--config", file.toString());
        assertEquals(0, check.exitCode(), check.err());
        try (ProxyServer server = ProxyServer.start(HoconSource.file(file, onFreePorts()))) {
            assertEquals(1, server.config().routes().size());
        }
    }

    @Test
    void startsWithASampleThatHasThreeSettingsOfANewerVersion() throws Exception {
        Path file = copy(SAMPLES.resolve("0.1.0/countersign.conf"));
        Files.writeString(file, Files.readString(file) + """
                countersign.tomorrow { first = 1 }
                countersign.limits.second = 2 MiB
                countersign.routes.gateway.third = yes
                """);
        HoconSource source = HoconSource.file(file, onFreePorts());
        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, source.load());
        for (String unknown : List.of("(tomorrow)", "(limits.second)", "(routes.gateway.third)")) {
            assertEquals(
                    1,
                    loaded.warnings().stream()
                            .filter(warning -> warning.toString().contains(unknown + ": unknown setting"))
                            .count(),
                    () -> unknown + " in " + loaded.warnings());
        }
        try (ProxyServer server = ProxyServer.start(source)) {
            assertEquals(1, server.config().routes().size());
        }
    }

    @Test
    void namesTheSettingsThatAVersionDoesNotKnow() {
        String sample = SAMPLES.resolve("0.1.0/countersign.conf").toString();
        Command known = Command.run("check", "--for-version", "0.1.0", "--config", sample);
        assertEquals(0, known.exitCode(), known.err());
        assertEquals("", known.out());
        Command other = Command.run("check", "--for-version", "99.0.0", "--config", sample);
        assertEquals(2, other.exitCode());
        assertTrue(other.err().contains("this build knows those of 0.1.0 to "), other.err());
    }
}
