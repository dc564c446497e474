package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.countersign.cli.demo.Leash;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code countersign run --console}: a token on standard error that opens the console, and is nowhere else. */
@Timeout(120)
class RunConsoleTest {
    private static final Pattern CONSOLE = Pattern.compile(
            "countersign: console on (http://127\\.0\\.0\\.1:\\d+); token for this run, with the role admin: (csgn_\\S+)");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private Process start(String... options) throws IOException {
        Path config = Files.writeString(folder.resolve("countersign.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  routes { metrics { upstream = "http://127.0.0.1:1", auth = none } }
                }
                """);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.countersign.cli.Main",
                "run",
                "--config",
                config.toString());
        builder.command().addAll(List.of(options));
        Process process = builder.redirectOutput(folder.resolve("out").toFile()).start();
        Leash.tie(process);
        return process;
    }

    @Test
    void printsATokenThatOpensIt() throws IOException, InterruptedException {
        Process process = start("--console", "127.0.0.1:0");
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            StringBuilder others = new StringBuilder();
            Matcher console = CONSOLE.matcher("");
            while (!console.find()) {
                String line = lines.readLine();
                assertNotNull(line, others::toString);
                others.append(line).append('\n');
                console = CONSOLE.matcher(line);
            }
            assertEquals(200, status(console.group(1), console.group(2)));
            assertEquals(401, status(console.group(1), console.group(2) + "x"));
            assertEquals(1, others.toString().split("csgn_", -1).length - 1, others::toString);
            assertFalse(Files.readString(folder.resolve("out")).contains("csgn_"));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private int status(String url, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/status"))
                .header("Authorization", "Bearer " + token)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
