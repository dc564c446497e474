package io.countersign.gateway.calls.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.Exchanges;
import io.countersign.proxy.accesslog.CallLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallSearchTest {
    private static final String OLD = "calls-2026-11-27_04.1764219600000.0.jsonl.gz";
    private static final String FULL = "calls-2026-11-27_05.1764219600000.9.jsonl.gz";
    private static final String NEXT = "calls-2026-11-27_05.1764219600000.10.jsonl";

    @TempDir
    Path folder;

    /** Calls 0 to 9, 10 to 19 and 20 to 29, two of each file the wrong way round; every third is on the route plain. */
    @BeforeEach
    void write() throws IOException {
        write(OLD, 0);
        write(FULL, 10);
        write(NEXT, 20);
    }

    private void write(String name, int from) throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(file) : file) {
            for (int i : List.of(0, 1, 3, 2, 4, 5, 6, 8, 7, 9)) {
                out.write((line(from + i) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static String line(int number) {
        return new CallLine().of(number, Exchanges.onRoute(number % 3 == 0 ? "plain" : "metrics", "10.0.0.1"));
    }

    private FoundCalls find(CallFilter filter, Place from, int max, long bytes) throws IOException {
        return new CallSearch(new CallFiles(folder), filter).find(from, max, bytes);
    }

    private static List<Integer> numbers(FoundCalls found) {
        return found.lines().stream()
                .map(line -> Integer.parseInt(line.replaceFirst(".\"number\":(\\d+),.*", "$1")))
                .toList();
    }

    @Test
    void findsTheNewestFirstAndSaysHowFarItCame() throws IOException {
        FoundCalls found = find(new CallFilter().route("plain"), Place.NEWEST, 100, 1 << 20);
        assertEquals(List.of(27, 24, 21, 18, 15, 12, 9, 6, 3, 0), numbers(found));
        assertEquals(Optional.empty(), found.next());
        assertEquals(30, found.searched().calls());
        assertEquals(Optional.of("1970-01-01T00:00:01.000Z"), found.searched().backTo());
    }

    @Test
    void goesOnPageByPage() throws IOException {
        for (int size = 1; size <= 12; size++) {
            List<Integer> all = new ArrayList<>();
            Optional<Place> from = Optional.of(Place.NEWEST);
            while (from.isPresent()) {
                FoundCalls page = find(new CallFilter(), from.get(), size, 1 << 20);
                assertTrue(page.lines().size() <= size);
                all.addAll(numbers(page));
                from = page.next().flatMap(place -> Place.parse(place.toString()));
            }
            List<Integer> expected = new ArrayList<>();
            for (int i = 29; i >= 0; i--) {
                expected.add(i);
            }
            assertEquals(expected, all, "in pages of " + size);
        }
    }

    @Test
    void beginsBeforeANumber() throws IOException {
        assertEquals(List.of(14, 13, 12), numbers(find(new CallFilter(), new Place(15, Optional.empty()), 3, 1 << 20)));
    }

    /** It ends with the file in which the bytes are used up. */
    @Test
    void readsNoFurtherThanItMayAndSaysWhereToGoOn() throws IOException {
        FoundCalls none = find(new CallFilter().id("nobody"), Place.NEWEST, 1, 1);
        assertEquals(List.of(), none.lines());
        assertEquals(10, none.searched().calls());
        assertEquals(
                "1764219600000.9",
                none.next().orElseThrow().file().orElseThrow().substring(14));
        FoundCalls rest = find(new CallFilter().id("nobody"), none.next().orElseThrow(), 1, 1 << 20);
        assertEquals(20, rest.searched().calls());
        assertEquals(Optional.empty(), rest.next());
    }

    @Test
    void opensNoFileThatIsTooOld() throws IOException {
        FoundCalls found =
                find(new CallFilter().since(Instant.parse("2026-11-27T05:00:00Z")), Place.NEWEST, 100, 1 << 20);
        assertEquals(20, found.searched().calls());
    }

    @Test
    void leavesOutWhatIsNotWhole() throws IOException {
        Files.writeString(
                folder.resolve(NEXT),
                line(40) + "\nnonsense\n" + "x".repeat(600_000) + "\n" + line(41) + "\n" + line(42));
        byte[] packed = Files.readAllBytes(folder.resolve(FULL));
        Files.write(folder.resolve(FULL), java.util.Arrays.copyOf(packed, packed.length - 9));
        FoundCalls found = find(new CallFilter(), Place.NEWEST, 100, 1 << 20);
        assertEquals(List.of(41, 40), numbers(found).subList(0, 2));
        assertTrue(numbers(found).contains(0));
    }

    @Test
    void refusesAPlaceThatItHasNotNamed() {
        for (String text :
                List.of("", "x", "1@", "1@../../etc/passwd", "99999999999999999999", "1@2026-11-27_05.1.1x")) {
            assertEquals(Optional.empty(), Place.parse(text), text);
        }
        assertEquals("7", Place.parse("7").orElseThrow().toString());
    }
}
