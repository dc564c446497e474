package io.countersign.gateway.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.log.CallFiles;
import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.calls.log.CallLog;
import io.countersign.gateway.calls.log.CallsBounds;
import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CallsTest {
    private final Calls calls = watching(4);

    private static Calls watching(int keep) {
        Calls calls = new Calls(0);
        calls.watch(keep);
        return calls;
    }

    private void call(int count) {
        for (int i = 0; i < count; i++) {
            calls.finished(Exchanges.allowed(Exchanges.from("10.0.0." + i % 200), "/" + i, 200));
        }
    }

    private static List<String> paths(FoundCalls found) {
        return found.lines().stream()
                .map(line -> line.replaceFirst(".*\"path\":\"([^?\"]*).*", "$1"))
                .toList();
    }

    private static List<Long> numbers(List<RecentCall> calls) {
        return calls.stream().map(RecentCall::number).toList();
    }

    @Test
    void keepsTheLastOnesInOrder() {
        assertEquals(List.of(), calls.recent().from(0, 10).calls());
        call(3);
        assertEquals(
                new RecentCalls.Part(calls.recent().from(0, 10).calls(), 3, 0),
                calls.recent().from(0, 10));
        assertEquals(List.of(0L, 1L, 2L), numbers(calls.recent().from(0, 10).calls()));
        call(4);
        RecentCalls.Part part = calls.recent().from(1, 10);
        assertEquals(List.of(3L, 4L, 5L, 6L), numbers(part.calls()));
        assertEquals(2, part.missed());
        assertEquals(7, part.next());
        assertEquals(List.of(3L, 4L), numbers(calls.recent().from(0, 2).calls()));
        assertEquals(5, calls.recent().from(0, 2).next());
        assertEquals(new RecentCalls.Part(List.of(), 7, 0), calls.recent().from(7, 10));
        assertEquals(7, calls.recent().count());
    }

    @Test
    void findsTheNewestFirst() {
        call(6);
        MemorySearch all = new MemorySearch(new CallFilter(), calls.recent());
        assertEquals(List.of("/5", "/4", "/3", "/2"), paths(all.find(Long.MAX_VALUE, 10)));
        assertEquals(new Place(2, Optional.empty()), all.rest());
        FoundCalls one = all.find(5, 1);
        assertEquals(List.of("/4"), paths(one));
        assertEquals(Optional.of(new Place(4, Optional.empty())), one.next());
        assertEquals(
                List.of("/2"),
                paths(new MemorySearch(new CallFilter().caller("10.0.0.2"), calls.recent()).find(Long.MAX_VALUE, 10)));
    }

    /** The newest file is a pipe, so that a search stays within it. */
    @Test
    void oneSearchOfTheDiskAtATime(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("calls-2099-01-01_00.1.0.jsonl.gz");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        CallsBounds bounds = new CallsBounds(Duration.ofDays(1), 1 << 20);
        try (CallLog log = CallLog.open(new CallFiles(folder), bounds, Clock.systemUTC())) {
            calls.log(log);
            CompletableFuture<Optional<FoundCalls>> first =
                    CompletableFuture.supplyAsync(() -> find(new CallFilter(), Place.NEWEST));
            try (OutputStream out = Files.newOutputStream(pipe)) {
                assertEquals(Optional.empty(), find(new CallFilter(), Place.NEWEST));
                // Only its beginning: at its end the JDK would look how much more there is, which not every JDK can ask
                // a pipe.
                new GZIPOutputStream(out).flush();
            }
            assertTrue(first.get().isPresent());
            Files.delete(pipe);
            assertTrue(find(new CallFilter(), Place.NEWEST).isPresent());
        }
    }

    private Optional<FoundCalls> find(CallFilter wanted, Place from) {
        try {
            return calls.find(wanted, from, 10);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void cutsWhatIsLong() {
        calls.finished(Exchanges.allowed(Exchanges.from("10.0.0.1"), "/" + "x".repeat(4000), 200));
        String path =
                calls.recent().from(0, 1).calls().get(0).call().request().path().orElseThrow();
        assertEquals(RecentCall.MAX_TEXT, path.length());
        assertTrue(path.endsWith("x…"), path);
        calls.finished(Exchanges.allowed(Exchanges.from("10.0.0.1"), "/" + "x".repeat(511), 200));
        assertTrue(calls.recent()
                .from(1, 1)
                .calls()
                .get(0)
                .call()
                .request()
                .path()
                .orElseThrow()
                .endsWith("xx"));
    }

    @Test
    void keepsNoMoreThanItHasMemoryFor() {
        long three = 3 * 1_700;
        RecentCalls bounded = new RecentCalls(100, three, 7);
        String long400 = "/" + "x".repeat(299);
        for (int i = 0; i < 50; i++) {
            bounded.add(number -> RecentCall.of(number, Exchanges.allowed(Exchanges.from("10.0.0.1"), long400, 200)));
            assertTrue(bounded.bytes() <= three, () -> bounded.bytes() + " bytes");
        }
        assertEquals(List.of(54L, 55L, 56L), numbers(bounded.from(0, 100).calls()));
        assertEquals(new RecentCalls.Part(bounded.from(0, 100).calls(), 57, 47), bounded.from(0, 100));
        assertEquals(
                3,
                new MemorySearch(new CallFilter(), bounded)
                        .find(Long.MAX_VALUE, 100)
                        .lines()
                        .size());
        assertEquals(50, bounded.count());
        RecentCalls other = bounded.resized(2);
        assertEquals(List.of(55L, 56L), numbers(other.from(0, 100).calls()));
        assertEquals(bounded.bytes() * 2 / 3, other.bytes());
    }

    @Test
    void theNewestStaysHoweverLargeItIs() {
        RecentCalls bounded = new RecentCalls(10, 1, 0);
        for (int i = 0; i < 3; i++) {
            bounded.add(number -> RecentCall.of(number, Exchanges.allowed(Exchanges.from("10.0.0.1"), "/a", 200)));
        }
        assertEquals(List.of(2L), numbers(bounded.from(0, 100).calls()));
    }

    @Test
    void countsByCallerAndByRule() {
        for (String address : List.of("10.0.0.1", "10.0.0.2", "10.0.0.1")) {
            calls.finished(Exchanges.allowed(Exchanges.from(address), "/a", 200));
        }
        calls.finished(Exchanges.allowed(Exchanges.from("10.0.0.1"), "/a", 502));
        calls.finished(Exchanges.denied(Exchanges.from("10.0.0.2"), "/a"));
        Set<String> seen = new HashSet<>();
        calls.callers()
                .all()
                .forEach(each -> seen.add(each.getKey().kind() + " "
                        + each.getKey().name() + " "
                        + each.getValue().calls() + " " + each.getValue().failed() + " "
                        + each.getValue().denied() + " "
                        + each.getValue().requestBytes() + " "
                        + each.getValue().ruling().orElseThrow().decision()));
        assertEquals(Set.of("address 10.0.0.1 3 1 0 30 ALLOWED", "address 10.0.0.2 2 1 1 20 DENIED"), seen);
        Tally rule = calls.rules()
                .find(new Calls.CountedRule("allow.list:3", "10.0.0.0/24"))
                .orElseThrow();
        assertEquals(5, rule.calls());
        assertEquals(1_000, rule.lastMillis());
    }

    @Test
    void aFloodOfCallersIsBoundedAndTheQuietOnesMakeRoom() {
        for (int i = 0; i < 3000; i++) {
            calls.finished(Exchanges.allowed(Exchanges.from("10.1." + i / 250 + "." + i % 250), "/a", 200));
        }
        assertEquals(1024, calls.callers().all().size());
        assertEquals(3000 - 1024, calls.callers().uncounted());
        calls.makeRoom();
        assertEquals(768, calls.callers().all().size());
        calls.finished(Exchanges.allowed(Exchanges.from("10.9.9.9"), "/a", 200));
        assertEquals(769, calls.callers().all().size());
        calls.makeRoom();
        assertEquals(769, calls.callers().all().size());
    }

    /** Many threads add while one follows: it sees each call once and in order, or that it has missed some. */
    @Test
    void aReaderSeesEveryCallOrThatItMissedSome() throws InterruptedException {
        Calls shared = watching(64);
        int perThread = 20_000;
        CountDownLatch done = new CountDownLatch(3);
        for (int t = 0; t < 3; t++) {
            new Thread(() -> {
                        for (int i = 0; i < perThread; i++) {
                            shared.finished(Exchanges.allowed(Exchanges.from("10.0.0.1"), "/a", 200));
                        }
                        done.countDown();
                    })
                    .start();
        }
        List<Long> seen = new ArrayList<>();
        long missed = 0;
        long next = 0;
        while (next < 3L * perThread) {
            RecentCalls.Part part = shared.recent().from(next, 16);
            part.calls().forEach(call -> seen.add(call.number()));
            missed += part.missed();
            next = part.next();
        }
        Await.released("all have been added", done);
        assertEquals(3L * perThread, seen.size() + missed);
        assertTrue(LongStream.range(1, seen.size()).allMatch(i -> seen.get((int) i - 1) < seen.get((int) i)));
        assertEquals(3L * perThread, shared.callers().all().get(0).getValue().calls());
    }
}
