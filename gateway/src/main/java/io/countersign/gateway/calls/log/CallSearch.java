package io.countersign.gateway.calls.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * One search of the log, file by file, the newest first. It holds the lines that it has found and one block of a file, however large the
 * log is. Confined to its thread.
 */
public final class CallSearch {
    private static final Needle NUMBER = new Needle("{\"number\":");

    private final CallFiles files;
    private final CallFilter wanted;
    private final LineScan scan = new LineScan();
    private final List<String> lines = new ArrayList<>();
    private long calls;
    private Optional<String> backTo = Optional.empty();

    private record Hit(long number, String line) {}

    public CallSearch(CallFiles files, CallFilter wanted) {
        this.files = files;
        this.wanted = wanted;
    }

    /**
     * Searches.
     *
     * @param max how many lines
     * @param maxBytes of unpacked text, after which it begins no other file
     */
    public FoundCalls find(Place from, int max, long maxBytes) throws IOException {
        Optional<Place> next = Optional.empty();
        long before = from.before();
        for (CallFile file : files.newestFirst()) {
            boolean isFirst = from.file().filter(file.stem()::equals).isPresent();
            if (from.file().isPresent() && !isFirst && isNewer(file, from.file().get())) {
                continue;
            }
            if (wanted.isPast(file.end())) {
                break;
            }
            if (from.file().isPresent() && !isFirst) {
                before = Long.MAX_VALUE;
            }
            if (scan.bytes() >= maxBytes) {
                next = Optional.of(new Place(before, Optional.of(file.stem())));
                break;
            }
            Optional<Hit> last = search(file, before, max - lines.size());
            if (lines.size() == max) {
                next = last.map(hit -> new Place(hit.number(), Optional.of(file.stem())));
                break;
            }
        }
        return new FoundCalls(lines, next, new FoundCalls.Searched(calls, scan.bytes(), backTo));
    }

    private static boolean isNewer(CallFile file, String stem) {
        return CallFile.ofStem(stem).filter(other -> file.compareTo(other) > 0).isPresent();
    }

    /** Adds the newest in that file; returns the oldest of those. Calls are nearly in order there: several event loops write them. */
    private Optional<Hit> search(CallFile file, long before, int max) throws IOException {
        PriorityQueue<Hit> hits = new PriorityQueue<>(Comparator.comparingLong(Hit::number));
        Optional<InputStream> content = files.read(file);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        long[] seen = {0};
        try (InputStream in = content.get()) {
            scan.read(in, (text, begin, end) -> {
                long number = number(text, begin, end);
                if (number < 0 || number >= before) {
                    return;
                }
                if (seen[0]++ == 0) {
                    backTo = CallFilter.time(text, begin, end);
                }
                boolean mayStay = hits.size() < max || number > hits.peek().number();
                if (mayStay && wanted.wants(text, begin, end)) {
                    hits.add(new Hit(number, new String(text, begin, end - begin, UTF_8)));
                    if (hits.size() > max) {
                        hits.remove();
                    }
                }
            });
        }
        calls += seen[0];
        Optional<Hit> oldest = Optional.ofNullable(hits.peek());
        hits.stream().sorted(Comparator.comparingLong(Hit::number).reversed()).forEach(hit -> lines.add(hit.line()));
        return oldest;
    }

    /** That of a line; -1 for what is no whole line of a call. */
    public static long number(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return number(bytes, 0, bytes.length);
    }

    /** -1 for what is no whole line of a call. */
    private static long number(byte[] text, int from, int to) {
        if (to - from < NUMBER.length() + 2 || text[to - 1] != '}' || !NUMBER.isAt(text, from)) {
            return -1;
        }
        long number = 0;
        for (int at = from + NUMBER.length(); at < to && text[at] >= '0' && text[at] <= '9'; at++) {
            number = number * 10 + text[at] - '0';
        }
        return number;
    }
}
