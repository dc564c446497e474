package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.verify.PathMode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class StandInCommandTest {
    @TempDir
    Path folder;

    private static Command standIn(String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of("standin"));
        arguments.addAll(List.of(more));
        return Command.run(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9443, https://localhost:9443",
        "0.0.0.0:9443, https://localhost:9443",
        "192.0.2.2:9443, https://192.0.2.2:9443",
        "[2001:db8::1]:9443, https://[2001:db8::1]:9443"
    })
    void saysAnAddressThatItsCertificateIsOn(String listen, String url) {
        assertEquals(url, StandInCommand.url(new Address().convert(listen)));
    }

    @Test
    void takesS3sFormsForThatService() {
        assertEquals(PathMode.S3, StandInCommand.pathMode("s3"));
        assertEquals(PathMode.EXECUTE_API, StandInCommand.pathMode("aps"));
    }

    @Test
    void makesNoFolders() {
        Path missing = folder.resolve("missing");
        for (String option : List.of("--ca-out", "--data")) {
            Command refused = standIn(
                    "--listen",
                    "127.0.0.1:0",
                    "--control",
                    "127.0.0.1:0",
                    option,
                    missing.resolve("below").toString());
            assertEquals(2, refused.exitCode(), refused.err());
            assertTrue(refused.err().contains("there is no folder " + missing), refused.err());
            assertFalse(Files.exists(missing));
        }
    }

    @Test
    void namesATakenAddressAsItWasWritten() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Command listen = standIn("--listen", address, "--control", "127.0.0.1:0");
            assertEquals(1, listen.exitCode());
            assertTrue(
                    listen.err().startsWith("standin: the stand-in can't listen on " + address + ": "), listen.err());
            Command control = standIn("--listen", "127.0.0.1:0", "--control", address);
            assertEquals(1, control.exitCode());
            assertTrue(control.err().contains("can't listen on " + address + ": "), control.err());
        }
    }

    @Test
    void keepsItsControlPortOnLoopback() {
        Command refused = standIn("--listen", "127.0.0.1:0", "--control", "0.0.0.0:0");
        assertEquals(2, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains("loopback only, not 0.0.0.0"), refused.err());
    }
}
