package io.countersign.gateway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.testing.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis' client takes memory and time at the start, which whoever does not share quotas should not pay. */
@Timeout(120)
class LoadedClassesTest {
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @TempDir
    Path folder;

    @Test
    void theClientIsLoadedOnlyWhereQuotasAreShared() throws Exception {
        String client = "io.lettuce.core.RedisClient ";
        assertEquals(
                List.of(),
                until(StartedGateway.READY, "").stream()
                        .filter(line -> line.matches(".*\\b(io\\.lettuce|reactor|redis\\.clients)\\..*"))
                        .toList());
        try (RedisServer redis = RedisServer.start(folder)) {
            until(client, "quotas.shared = \"redis://127.0.0.1:" + redis.port() + "\"");
        }
    }

    /** All that a process prints, and loads, up to a line with this. */
    private List<String> until(String last, String quotas) throws IOException, InterruptedException {
        Path config = Files.writeString(folder.resolve("countersign.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  credentials { default { access-key-id = AKIDQUOTAS, secret-access-key = secret } }
                  routes { main { upstream = "http://127.0.0.1:1", service = execute-api, region = us-east-1 } }
                  %s
                }
                """.formatted(quotas));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-Xlog:class+load:stdout",
                        "-cp",
                        CLASS_PATH,
                        StartedGateway.class.getName(),
                        config.toString())
                .redirectErrorStream(true)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.contains(last)) {
                    return said;
                }
            }
            throw new AssertionError("ended without " + last + ": "
                    + String.join("\n", said.subList(Math.max(0, said.size() - 20), said.size())));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
