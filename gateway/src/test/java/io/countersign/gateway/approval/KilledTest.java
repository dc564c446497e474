package io.countersign.gateway.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.audit.AuditLog;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.state.StateFolder;
import java.io.BufferedReader;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTest {
    @TempDir
    Path above;

    /** Where these classes come from, however the tests are run. */
    private static String classPath(Class<?>... needed) {
        return Stream.of(needed)
                .map(each -> Path.of(URI.create(each.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What a process has said to be kept is there after it was killed in the middle of its work, and all that is there can be read. */
    @Test
    void whatWasSaidToBeKeptOutlastsAKill() throws Exception {
        Path folder = above.resolve("state");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(
                                Killed.class,
                                AuditLog.class,
                                StateFolder.class,
                                org.slf4j.Logger.class,
                                ch.qos.logback.classic.Logger.class,
                                ch.qos.logback.core.Context.class),
                        Killed.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long last = 0;
        try (BufferedReader kept = process.inputReader()) {
            while (last < 60) {
                last = Long.parseLong(kept.readLine());
            }
        } finally {
            process.destroyForcibly().onExit().join();
        }
        try (StateFolder state = StateFolder.open(folder);
                ApprovalStore store = new ApprovalStore(state, Clock.systemUTC(), 1000, newcomer -> {});
                AuditLog audit =
                        new AuditLog(Clock.systemUTC(), line -> {}, Optional.of(state.log("audit", 3000, 50)))) {
            Set<Long> decided = store.approvals().subscriptions().stream()
                    .map(Subscription::number)
                    .collect(Collectors.toSet());
            assertTrue(
                    decided.containsAll(LongStream.rangeClosed(1, last).boxed().toList()), decided::toString);
            List<String> lines = audit.newest(1000);
            for (String line : lines) {
                JsonParser.parse(line);
            }
            long newest = last;
            assertTrue(
                    lines.stream().anyMatch(line -> line.contains("\"request " + newest + "\"")),
                    () -> newest + " in " + lines);
            assertEquals(Set.copyOf(lines).size(), lines.size(), "a line is there twice");
        }
    }
}
