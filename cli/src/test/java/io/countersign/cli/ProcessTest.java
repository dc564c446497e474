package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: signals, exit codes, the demo as a whole. */
@Timeout(120)
class ProcessTest {
    @TempDir
    Path folder;

    private Process process;

    @AfterEach
    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private BufferedReader start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.countersign.cli.Main"));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.inputReader(StandardCharsets.UTF_8);
    }

    /** The first line that holds {@code text}. */
    private static String await(BufferedReader lines, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(text)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("no '" + text + "' in:\n" + seen);
    }

    @Test
    void aTakenAddressIsNoFaultOfTheConfiguration() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            BufferedReader lines = start(
                    "run",
                    "--upstream",
                    "https://abc123.execute-api.us-east-1.amazonaws.com/prod",
                    "--listen",
                    address);
            await(lines, "cannot listen on " + address);
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertEquals(1, process.exitValue());
        }
    }

    @Test
    void demoVerifiesEverySignature() throws Exception {
        BufferedReader lines = start("demo", "--seconds", "5", "--listen", "127.0.0.1:0");
        assertNotNull(await(lines, "Every signature verified: "));
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    @Test
    void standInPrintsTheKeysItMade() throws Exception {
        BufferedReader lines = start("standin", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0");
        assertNotNull(await(lines, "standin: https://localhost:"));
        process.destroy();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }
}
