package io.countersign.gateway.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CallsOnDiskTest {
    @TempDir
    Path folder;

    @Test
    void findsCallsThatMemoryDoesNotHoldAnyMore() throws Exception {
        Path state = folder.resolve("state");
        String settings = "state.dir = \"" + state + "\"\ncalls.keep = 2";
        String first;
        try (RunningConsole running = new RunningConsole(folder, settings)) {
            for (String path : List.of("/plain/a", "/plain/b", "/m/c?token=canary", "/plain/d")) {
                running.gateway().get(path);
            }
            // Those that memory does not hold any more; they may come in two batches.
            Await.until("all are written", () -> running.get("/api/v1/calls").matches("(?s).*/plain/b.*/plain/a.*"));
            String page = running.get("/api/v1/calls?limit=3");
            assertTrue(page.matches("(?s).*/plain/d.*/m/c\\?token\".*/plain/b.*"), page);
            String next = page.replaceFirst("(?s).*\"next\":\"([^\"]+)\".*", "$1");
            String last = running.get("/api/v1/calls?limit=3&before=" + next);
            assertTrue(last.contains("/plain/a") && !last.contains("/plain/b"), last);
            assertTrue(last.contains("\"all\":true"), last);
            assertTrue(running.get("/api/v1/calls?route=metrics").contains("/m/c?token"), page);
            first = last.replaceFirst("(?s).*\"id\":\"([0-9a-f]{16})\".*", "$1");
            assertTrue(running.get("/api/v1/calls/" + first).contains("/plain/a"));
            String metrics = running.gateway().admin("/metrics");
            assertTrue(metrics.contains("\ncountersign_call_log_dropped_total 0.0\n"), metrics);
        }
        Path other = Files.createDirectory(folder.resolve("other"));
        try (RunningConsole running = new RunningConsole(other, settings)) {
            running.gateway().get("/plain/e");
            Await.until("it is kept", () -> running.get("/api/v1/calls?limit=1").contains("/plain/e"));
            String all = running.get("/api/v1/calls");
            assertTrue(all.matches("(?s).*/plain/e.*/plain/d.*/plain/a.*"), all);
            assertTrue(running.get("/api/v1/calls/" + first).contains("/plain/a"));
            assertEquals(
                    "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("calls"))));
        }
    }
}
