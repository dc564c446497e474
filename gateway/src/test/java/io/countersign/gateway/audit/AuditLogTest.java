package io.countersign.gateway.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.state.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2027-01-31T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path above;

    private final List<String> printed = new CopyOnWriteArrayList<>();

    @Test
    void eachChangeIsALineOnOutputAndOneOnTheDisk() throws Exception {
        try (StateFolder state = StateFolder.open(above.resolve("state"));
                AuditLog log = new AuditLog(NOON, printed::add, Optional.of(state.log("audit", 10_000, 2)))) {
            log.record("alice", "approve", "request 17: address 10.0.0.7 for route metrics", "until noon")
                    .toCompletableFuture()
                    .join();
            String line =
                    "{\"time\":\"2027-01-31T12:00:00.000Z\",\"type\":\"audit\",\"actor\":\"alice\",\"action\":\"approve\","
                            + "\"subject\":\"request 17: address 10.0.0.7 for route metrics\",\"detail\":\"until noon\"}";
            assertEquals(List.of(line), printed);
            assertEquals(List.of(line), log.newest(10));
            assertTrue(log.isKept());
        }
    }

    @Test
    void withoutAStateFolderLinesArePrintedAlone() throws Exception {
        try (AuditLog log = new AuditLog(NOON, printed::add, Optional.empty())) {
            log.record("reload", "route", "metrics", "").toCompletableFuture().join();
            assertEquals(1, printed.size());
            assertEquals(List.of(), log.newest(10));
            assertFalse(log.isKept());
        }
    }

    @Test
    void noTextBeginsAnotherLineOrMovesTheCursor() throws Exception {
        try (AuditLog log = new AuditLog(NOON, printed::add, Optional.empty())) {
            log.record("a\"b", "x", "one\n{\"type\":\"audit\"}\u001b[2J\u202e", "\r\u0085\u2028");
        }
        String line = printed.get(0);
        assertTrue(line.chars().allMatch(c -> c >= 0x20 && c < 0x7f), line);
        JsonParser.parse(line);
    }

    @Test
    void linesAreBounded() throws Exception {
        try (AuditLog log = new AuditLog(NOON, printed::add, Optional.empty())) {
            String long_ = "\u0001".repeat(100_000);
            log.record(long_, long_, long_, long_);
        }
        assertTrue(printed.get(0).length() < 16 * 1024, () -> printed.get(0).length() + " characters");
    }

    @Test
    void manyThreadsLoseNoLine() throws Exception {
        try (StateFolder state = StateFolder.open(above.resolve("state"))) {
            List<Thread> threads = new ArrayList<>();
            try (AuditLog log = new AuditLog(NOON, printed::add, Optional.of(state.log("audit", 1 << 20, 2)))) {
                for (int t = 0; t < 4; t++) {
                    String name = "token" + t;
                    threads.add(new Thread(() -> {
                        for (int i = 0; i < 100; i++) {
                            log.record(name, "approve", "request " + i, "");
                        }
                    }));
                }
                threads.forEach(Thread::start);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            assertEquals(
                    400, Files.readAllLines(above.resolve("state/audit.jsonl")).size());
        }
    }

    @Test
    void saysThatALineCannotBeKept() throws Exception {
        Path folder = above.resolve("state");
        try (StateFolder state = StateFolder.open(folder);
                AuditLog log = new AuditLog(NOON, printed::add, Optional.of(state.log("audit", 1000, 1)))) {
            Files.createDirectory(folder.resolve("audit.jsonl"));
            Assertions.assertThrows(
                    CompletionException.class,
                    () -> log.record("alice", "approve", "request 1", "")
                            .toCompletableFuture()
                            .join());
            assertEquals(1, printed.size());
            Files.delete(folder.resolve("audit.jsonl"));
            log.record("alice", "approve", "request 2", "")
                    .toCompletableFuture()
                    .join();
            assertEquals(1, log.newest(10).size());
        }
    }
}
