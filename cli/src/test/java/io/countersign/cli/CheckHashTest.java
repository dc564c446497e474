package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --hash} against a proxy that runs. */
class CheckHashTest {
    private static final String SETTINGS = """
            countersign {
              listeners = [{ bind = "127.0.0.1:0" }], admin.bind = "127.0.0.1:0"
              access { allow = ["127.0.0.1"], deny-files = ["deny.list"] }
              routes.m { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" }
            }
            """;

    @TempDir
    Path folder;

    private Path config;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("deny.list"), "10.9.0.0/16\n");
        config = Files.writeString(folder.resolve("a.conf"), SETTINGS);
    }

    private String hashes(Path file) {
        Command check = Command.run("check", "--hash", "--config", file.toString());
        assertEquals(0, check.exitCode(), check.err());
        return check.out();
    }

    @Test
    void printsWhatARunningProxyShows() throws Exception {
        try (ProxyServer server = ProxyServer.start(HoconSource.file(config, Command.KEYS))) {
            String metrics = metrics(server);
            String printed = hashes(config);
            assertTrue(printed.matches("configuration [0-9a-f]{16}\nlist deny\\.list [0-9a-f]{16}\n"), printed);
            String[] words = printed.split("\\s+", -1);
            assertTrue(metrics.contains("countersign_config_info{hash=\"" + words[1] + "\"} 1"), metrics);
            assertTrue(
                    metrics.contains("countersign_list_info{hash=\"" + words[4] + "\",list=\"" + words[3] + "\"} 1"),
                    metrics);
        }
    }

    @Test
    void changesWithAListAndWithASettingAlone() throws IOException {
        String before = hashes(config);
        Files.writeString(config, "# said again\n" + SETTINGS);
        assertEquals(before, hashes(config));
        Files.writeString(folder.resolve("deny.list"), "10.9.0.0/17\n");
        String after = hashes(config);
        assertEquals(before.lines().findFirst(), after.lines().findFirst());
        assertNotEquals(before, after);
        Files.writeString(config, SETTINGS.replace("127.0.0.1\"],", "127.0.0.2\"],"));
        assertNotEquals(after.lines().findFirst(), hashes(config).lines().findFirst());
    }

    private static String metrics(ProxyServer server) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.adminAddress().getPort() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
