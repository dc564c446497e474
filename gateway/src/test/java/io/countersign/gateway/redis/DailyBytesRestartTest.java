package io.countersign.gateway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.gateway.console.RunningConsole;
import io.countersign.testing.Await;
import io.countersign.testing.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway as a user runs it, that is stopped and started again. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DailyBytesRestartTest {
    @TempDir
    Path folder;

    private RunningConsole start(String name, String more) throws Exception {
        return new RunningConsole(
                Files.createDirectory(folder.resolve(name)), """
                state.dir = "%s"
                tenants { all { match { addresses = ["127.0.0.0/8"] }, routes = [metrics], bytes-per-day = 1 GiB } }
                %s
                """.formatted(folder.resolve("state"), more));
    }

    private static long used(RunningConsole running) {
        return Long.parseLong(
                running.get("/api/v1/tenants").replaceFirst("(?s).*\"bytes_per_day\":\\{\"used\":(\\d+).*", "$1"));
    }

    private static long send(RunningConsole running) {
        long before = used(running);
        running.gateway().post("/m/x", "sample");
        Await.until("the bytes are counted", () -> used(running) > before);
        return used(running);
    }

    @Test
    void whatATenantHasUsedOutlastsARestart() throws Exception {
        long used;
        try (RunningConsole running = start("first", "")) {
            used = send(running);
        }
        try (RunningConsole running = start("second", "")) {
            assertEquals(used, used(running));
        }
    }

    /** They know what the former process has counted. */
    @Test
    void otherReplicasDoNotCountItTwice() throws Exception {
        try (RedisServer redis = RedisServer.start(folder)) {
            String shared = "quotas.shared = \"redis://127.0.0.1:" + redis.port() + "\"";
            long used;
            try (RunningConsole running = start("first", shared)) {
                used = send(running);
                Await.until(
                        "it to be shared",
                        () -> redis.ask("KEYS countersign:bytes:*").contains(":all"));
            }
            try (RunningConsole running = start("second", shared)) {
                Await.until(
                        "it to share again",
                        () -> running.gateway().admin("/metrics").contains("countersign_quotas_shared 1"));
                long more = send(running);
                String keys = redis.ask("KEYS countersign:bytes:*");
                String key = keys.lines()
                        .filter(line -> line.startsWith("countersign:"))
                        .findFirst()
                        .orElseThrow();
                Await.until(
                        "what it has sent since to be shared",
                        () -> redis.ask("HVALS " + key).contains(more + "\r"));
                assertEquals(":1", redis.ask("HLEN " + key).lines().findFirst().orElseThrow());
                assertEquals(2 * used, more);
            }
        }
    }
}
