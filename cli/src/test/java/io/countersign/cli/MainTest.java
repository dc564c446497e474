package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    @Test
    void knowsAServicesPlainRun() {
        Optional<Path> file = Optional.of(Path.of("/etc/countersign/countersign.conf"));
        assertEquals(file, Main.plainRun("run", "--config", "/etc/countersign/countersign.conf"));
        assertEquals(file, Main.plainRun("run", "--config=/etc/countersign/countersign.conf"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "run --config",
                "run --config=",
                "run --config --help",
                "run --config @file",
                "run --config \"file\"",
                "run --config file --upstream",
                "run --conf file",
                "run file --config",
                "check --config file",
                "--config file run"
            })
    void leavesAllElseToPicocli(String line) {
        assertEquals(Optional.empty(), Main.plainRun(line.isEmpty() ? new String[0] : line.split(" ")));
    }
}
