package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.cli.demo.Leash;
import io.countersign.testing.TestJvm;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The core as its image has it, without the gateway, and with it on the class path: the same process but for one line. */
@Timeout(120)
class WithoutGatewayTest {
    private static final Pattern READY = Pattern.compile("ready on (http://[^,]+), admin on (http://[^;]+);");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void theCoreStartsTheSame() throws IOException, InterruptedException {
        String core = Arrays.stream(TestJvm.CLASS_PATH.split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("gateway"))
                .collect(Collectors.joining(File.pathSeparator));
        assertTrue(
                core.length() < TestJvm.CLASS_PATH.length(),
                "the gateway is not on the class path: " + TestJvm.CLASS_PATH);

        List<String> with = start(TestJvm.CLASS_PATH);
        List<String> without = start(core);

        assertTrue(with.removeIf(line -> line.endsWith("extension: gateway")), with.toString());
        assertEquals(without, with);
        assertFalse(with.isEmpty());
    }

    /** What the process says until it is ready, without what differs in each run; then what its pages say. */
    private List<String> start(String classPath) throws IOException, InterruptedException {
        Path config = Files.writeString(folder.resolve("countersign.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  credentials { default { access-key-id = AKIDPROCESS, secret-access-key = secret } }
                  routes { metrics { upstream = "http://127.0.0.1:1", service = execute-api, region = us-east-1 } }
                }
                """);
        List<String> command = TestJvm.command(classPath, "io.countersign.cli.Main", List.of());
        command.addAll(List.of("run", "--config", config.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Leash.tie(process);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> said = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line.replaceAll("\\d+", "#"));
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    said.add(get(ready.group(2) + "/readyz").body());
                    get(ready.group(2) + "/metrics")
                            .body()
                            .lines()
                            .filter(metric -> metric.startsWith("# TYPE "))
                            .forEach(said::add);
                    said.add(Integer.toString(get(ready.group(1) + "/x").statusCode()));
                    return said;
                }
            }
            throw new AssertionError("not ready: " + said);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
