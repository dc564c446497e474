package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.cli.demo.Leash;
import io.countersign.testing.Await;
import io.countersign.testing.TestJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        return start(List.of(), arguments);
    }

    private BufferedReader start(List<String> settings, String... arguments) throws IOException {
        List<String> command = TestJvm.command("io.countersign.cli.Main", settings.toArray(String[]::new));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Leash.tie(process);
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

    /** What a manifest of aws-sigv4-proxy has: no command, only flags. */
    @Test
    void flagsOfAnotherProxyStartItInThatOnesPlace() throws Exception {
        BufferedReader lines = start(
                "--name",
                "aps",
                "--region",
                "us-east-1",
                "--host",
                "aps-workspaces.us-east-1.amazonaws.com",
                "--port",
                "127.0.0.1:0");
        await(lines, "running in place of aws-sigv4-proxy, with these differences");
        await(lines, "-> https://aps-workspaces.us-east-1.amazonaws.com");
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
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
    void theDemosAgentsLoseNothingThoughTheirCredentialsExpire() throws Exception {
        BufferedReader lines = start("demo", "--seconds", "14", "--listen", "127.0.0.1:0");
        await(lines, "-- traffic: ");
        await(lines, "-- a caller denied: ");
        await(lines, "-- credentials expire: ");
        assertNotNull(await(lines, "Every signature verified: "));
        assertNotNull(await(lines, "The agents lost nothing: "));
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    @Test
    void theCommandThatTheDemoPrintsWorksWhenCopied() throws Exception {
        String line = await(start("demo", "--listen", "127.0.0.1:0"), "(curl ");
        String command = line.substring(line.indexOf("(curl ") + 1, line.lastIndexOf(')'));
        Process bash = new ProcessBuilder("bash", "-c", command + " -sS -w '%{http_code}'")
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(bash.waitFor() == 0 && said.endsWith("200"), command + ": " + said);
    }

    /** On SIGKILL no hook of the demo runs. */
    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "TERM", "KILL"})
    void theDemosAgentEndsWithIt(String signal) throws Exception {
        Path temp = Files.createDirectory(folder.resolve("tmp"));
        BufferedReader lines = start(List.of("-Djava.io.tmpdir=" + temp), "demo", "--agent", "--listen", "127.0.0.1:0");
        await(lines, "1 s ");
        List<ProcessHandle> agent = process.descendants()
                .filter(child -> child.info().command().orElse("").contains("prometheus"))
                .toList();
        assertEquals(1, agent.size(), () -> "children: " + process.descendants().toList());

        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        agent.get(0).onExit().get(60, TimeUnit.SECONDS);
        if (!signal.equals("KILL")) {
            assertEquals(0, process.exitValue());
        }
        Await.until("all folders removed", () -> {
            try (Stream<Path> left = Files.list(temp)) {
                return left.findAny().isEmpty();
            }
        });
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
