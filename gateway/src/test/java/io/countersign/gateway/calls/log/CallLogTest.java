package io.countersign.gateway.calls.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.Exchanges;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CallLogTest {
    /** A file is full after some hundred calls. */
    private static final CallsBounds SMALL = new CallsBounds(Duration.ofDays(7), 1 << 20);

    private static final ExchangeRecord CALL = Exchanges.allowed(Exchanges.from("10.0.0.1"), "/a", 200);

    @TempDir
    Path folder;

    /** They write for as long as the disk lets them, and the end of a log waits two seconds for them; the folder has to outlive them. */
    @AfterEach
    void awaitWriters() {
        Await.until(
                "its threads end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("countersign-calls")));
    }

    private CallLog open() {
        return CallLog.open(new CallFiles(folder), SMALL, Clock.systemUTC());
    }

    private static void offer(CallLog log, int from, int to) {
        for (int i = from; i < to; i++) {
            log.offer(i, CALL, 1000);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** Of all calls in the log, the newest first. */
    static List<Long> numbers(Path folder) throws IOException {
        List<Long> numbers = new ArrayList<>();
        Optional<Place> from = Optional.of(Place.NEWEST);
        while (from.isPresent()) {
            FoundCalls found = new CallSearch(new CallFiles(folder), new CallFilter()).find(from.get(), 70, 1 << 20);
            found.lines()
                    .forEach(line -> numbers.add(Long.parseLong(line.replaceFirst(".\"number\":(\\d+),.*", "$1"))));
            from = found.next();
        }
        return numbers;
    }

    private static List<Long> down(long from, long to) {
        return LongStream.rangeClosed(to, from).map(i -> from + to - i).boxed().toList();
    }

    /** None is known; it would end the thread, and with it the log. */
    @Test
    void aCallThatCannotBeWrittenCostsNoOther() {
        try (CallLog log = open()) {
            offer(log, 0, 3);
            log.offer(3, null, 1000);
            offer(log, 4, 6);
            Await.until("the others are there", () -> numbers(folder).equals(List.of(5L, 4L, 2L, 1L, 0L)));
            assertEquals(1, log.dropped());
            offer(log, 6, 7);
            Await.until("it goes on", () -> numbers(folder).equals(List.of(6L, 5L, 4L, 2L, 1L, 0L)));
            assertEquals(1, log.dropped());
        }
    }

    @Test
    void writesEachCallAndCompressesFullFiles() throws IOException {
        try (CallLog log = open()) {
            offer(log, 0, 1000);
            Await.until("all are there", () -> numbers(folder).size() == 1000);
            assertEquals(down(999, 0), numbers(folder));
            Await.until(
                    "all but one are compressed",
                    () -> names().stream()
                                            .filter(name -> name.endsWith(".jsonl"))
                                            .count()
                                    == 1
                            && names().size() > 5);
            assertEquals(0, log.dropped());
            assertEquals(down(999, 0), numbers(folder));
            Await.until("its size is known", () -> log.bytes() > 0);
        }
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(names().get(0)))));
    }

    @Test
    void goesOnAfterARestartAndCompressesWhatWasLeft() throws IOException {
        try (CallLog log = open()) {
            offer(log, 0, 10);
        }
        String left = names().get(0);
        assertTrue(left.endsWith(".0.jsonl"), left);
        // As if it had been killed within a line, and while it compressed an earlier file.
        Files.writeString(folder.resolve(left), Files.readString(folder.resolve(left)) + "{\"number\":10,\"time\"");
        Files.writeString(folder.resolve(left + ".gz.unfinished"), "half");
        try (CallLog log = open()) {
            offer(log, 10, 20);
            Await.until("all are there", () -> numbers(folder).size() == 20);
            Await.until("the other one is compressed", () -> names().contains(left + ".gz") && !names().contains(left));
        }
        assertEquals(down(19, 0), numbers(folder));
        assertEquals(2, names().size(), () -> folder.toString());
    }

    @Test
    void staysWithinItsSize() throws IOException {
        try (CallLog log = open()) {
            Await.until("the oldest were deleted", () -> {
                offer(log, 0, 4000);
                return !names().isEmpty()
                        && folderBytes() > (1 << 19)
                        && names().stream().noneMatch(name -> name.endsWith(".0.jsonl.gz"));
            });
            assertTrue(folderBytes() <= 1 << 20, () -> "more than a MiB");
        }
    }

    private long folderBytes() throws IOException {
        long bytes = 0;
        for (String name : names()) {
            try {
                bytes += Files.size(folder.resolve(name));
            } catch (java.nio.file.NoSuchFileException e) {
                // Compressed meanwhile.
            }
        }
        return bytes;
    }

    @Test
    void whatIsTooOldIsDeletedAndWhatIsNotStays() throws IOException {
        CallFiles files = new CallFiles(folder);
        Files.writeString(folder.resolve("calls-2026-11-20_04.1.0.jsonl.gz"), "old");
        Files.writeString(folder.resolve("calls-2026-11-20_05.1.0.jsonl.gz"), "not quite");
        Files.writeString(folder.resolve("calls-2026-11-20_03.1.0.jsonl"), "active");
        Files.writeString(folder.resolve("other"), "not ours");
        Instant now = Instant.parse("2026-11-27T05:00:00Z");
        assertEquals(15, files.tidy(() -> "calls-2026-11-20_03.1.0.jsonl", now, SMALL));
        assertEquals(List.of("calls-2026-11-20_03.1.0.jsonl", "calls-2026-11-20_05.1.0.jsonl.gz", "other"), names());
    }

    /** A folder that has gone, as when its disk was unmounted. */
    @Test
    void whatCannotBeWrittenIsCountedAndWritingGoesOn() throws IOException {
        Path gone = folder.resolve("gone");
        Ticking clock = new Ticking();
        try (CallLog log = CallLog.open(new CallFiles(gone), SMALL, clock)) {
            offer(log, 0, 5);
            Await.until("they are counted", () -> log.dropped() == 5);
            Files.createDirectory(gone);
            Await.until("it writes again", () -> {
                clock.now = clock.now.plusSeconds(1);
                offer(log, 7, 8);
                return !numbers(gone).isEmpty();
            });
            assertFalse(log.dropped() > 1000, () -> log.dropped() + " were dropped");
        }
    }

    private static final class Ticking extends Clock {
        private volatile Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }

    @Test
    void neverWaitsAndCountsWhatFindsNoPlace() {
        try (CallLog log = open()) {
            int large = (int) (CallLog.MAX_BYTES / 4);
            int offered = 0;
            while (log.dropped() == 0 && offered < 1000) {
                log.offer(offered++, CALL, large);
            }
            assertTrue(offered >= 5, () -> "four find a place");
            assertTrue(log.dropped() > 0);
        }
    }

    @Test
    void aFolderMayHaveAnyName() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("a (b) [c] 100% d{yyyy} \\ e"));
        try (CallLog log = CallLog.open(new CallFiles(odd), SMALL, Clock.systemUTC())) {
            offer(log, 0, 3);
            Await.until("they are there", () -> numbers(odd).size() == 3);
        }
    }
}
