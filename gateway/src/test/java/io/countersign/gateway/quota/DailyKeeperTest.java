package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.countersign.gateway.testing.MovedClock;
import io.countersign.proxy.state.StateFolder;
import io.countersign.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DailyKeeperTest {
    private static final String NAME = "00112233445566aa";

    @TempDir
    Path above;

    private final MovedClock clock = new MovedClock("2026-03-01T22:00:00Z");

    private Path folder() {
        return above.resolve("state");
    }

    /** One process: its name among replicas, and what it has counted in the end. */
    private record Ran(String replica, long bytes) {}

    private Ran run(Duration pause, Consumer<DailyCount> course) throws Exception {
        DailyCount count = new DailyCount("payments", clock);
        List<DailyCount> all = List.of(new DailyCount("reports", clock), count);
        try (StateFolder state = StateFolder.open(folder());
                DailyKeeper keeper = DailyKeeper.open(state, pause, NAME, all, () -> all)) {
            course.accept(count);
            return new Ran(keeper.replica(), count.today().own());
        }
    }

    private Ran run(Consumer<DailyCount> course) throws Exception {
        return run(Duration.ofHours(1), course);
    }

    @Test
    void bytesOfTheDayOutlastARestartUntilTheDayEnds() throws Exception {
        assertEquals(new Ran(NAME, 400), run(count -> count.add(400)));
        assertEquals(new Ran(NAME, 500), run(count -> count.add(100)));
        assertEquals(new Ran(NAME, 500), run(count -> {}));
        clock.passes(Duration.ofHours(2));
        assertEquals(new Ran(NAME, 7), run(count -> count.add(7)));
    }

    /** Or its counts would be added to those of the process before it, which others still know. */
    @Test
    void aProcessKeepsTheNameThatOtherReplicasKnow() throws Exception {
        run(count -> count.add(400));
        DailyCount count = new DailyCount("payments", clock);
        try (StateFolder state = StateFolder.open(folder());
                DailyKeeper keeper =
                        DailyKeeper.open(state, Duration.ofHours(1), "ffffffffffffffff", List.of(count), List::of)) {
            assertEquals(NAME, keeper.replica());
        }
    }

    /** A process that is killed writes nothing at its end. */
    @Test
    void theyAreOnTheDiskSoon() throws Exception {
        run(Duration.ofMillis(10), count -> {
            count.add(400);
            Await.until(
                    "the bytes are on the disk",
                    () -> Files.exists(folder().resolve("bytes-of-the-day.jsonl"))
                            && Files.readString(folder().resolve("bytes-of-the-day.jsonl"))
                                    .contains("\"bytes\":400"));
        });
    }

    @Test
    void aFileWithAFaultIsNotGuessedAt() throws Exception {
        String good = "{\"replica\":\"" + NAME + "\"}\n{\"tenant\":\"payments\",\"day\":\"2026-03-01\",\"bytes\":5}\n";
        assertEquals(
                5,
                DailyFile.read(good.getBytes(StandardCharsets.UTF_8))
                        .counts()
                        .get(0)
                        .bytes());
        for (String bad : List.of(
                "",
                good.replace("5}", "-5}"),
                good.replace("5}", "1e9}"),
                good.replace("5}", "123456789012345678}"),
                good.replace("03-01", "13-01"),
                good.replace(NAME, "x"),
                good.replace("}\n{", "\n{"))) {
            assertNotEquals(good, bad);
            assertThrows(DailyFile.Fault.class, () -> DailyFile.read(bad.getBytes(StandardCharsets.UTF_8)), bad);
        }
        Files.createDirectory(folder());
        Files.writeString(folder().resolve("bytes-of-the-day.jsonl"), "odd");
        assertEquals(new Ran(NAME, 1), run(count -> count.add(1)));
    }
}
