package io.countersign.cli.replay;

import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Puts past calls before another configuration, and keeps what it would treat otherwise, in groups. Its memory is bounded, whatever
 * the size of the logs.
 */
public final class Replay {
    private static final int GROUPS = 500;

    private final Judge judge;
    private final LogLines lines;
    private final Map<Change.Group, Change> changes = new LinkedHashMap<>();
    private final Map<String, Long> unknown = new TreeMap<>();
    private long calls;
    private long unchanged;
    private long summarised;
    private long ungrouped;
    private String first = "";
    private String last = "";

    /** @param read gets the number of bytes that were read, after each part */
    public Replay(ProxyConfig config, Clock clock, LongConsumer read) throws StartFailure {
        this.judge = new Judge(config, clock);
        this.lines = new LogLines(read);
    }

    /** The calls of a file, plain or compressed. */
    public void add(Path file) throws IOException {
        lines.each(file, this::line);
    }

    /** The same from a stream. */
    public void add(InputStream in) throws IOException {
        lines.each(in, this::line);
    }

    private void line(String text) {
        LoggedCall.Read read = LoggedCall.read(text);
        if (read.call().isPresent()) {
            call(read.call().get());
            return;
        }
        summarised += read.summarised();
        switch (read.other().orElseThrow()) {
            case SUMMARY -> {
                // Counted above.
            }
            case NO_REQUEST -> count("the head of the request could not be read");
            case CUT -> count("the log has cut the path");
            case NOT_A_CALL -> count("the line is not of a call");
        }
    }

    private void count(String why) {
        unknown.merge(why, 1L, Long::sum);
    }

    private void call(LoggedCall call) {
        calls++;
        if (!call.time().isEmpty()) {
            first = first.isEmpty() || call.time().compareTo(first) < 0 ? call.time() : first;
            last = call.time().compareTo(last) > 0 ? call.time() : last;
        }
        Judged judged = judge.of(call);
        if (judged.kind() == Judged.Kind.UNKNOWN) {
            count(judged.why());
            return;
        }
        Optional<Change.Group> group = group(call.outcome(), judged);
        if (group.isEmpty()) {
            unchanged++;
        } else if (changes.containsKey(group.get()) || changes.size() < GROUPS) {
            changes.computeIfAbsent(group.get(), Change::new).add(call);
        } else {
            ungrouped++;
        }
    }

    /** Empty where nothing changes. */
    private static Optional<Change.Group> group(LoggedCall.Outcome was, Judged will) {
        return switch (will.kind()) {
            case REFUSED ->
                was.refused()
                        ? Optional.empty()
                        : Optional.of(new Change.Group(Change.Kind.DENIED, was.route(), will.route(), will.why()));
            case LIMITED ->
                was.refused()
                        ? Optional.empty()
                        : Optional.of(new Change.Group(Change.Kind.LIMITED, was.route(), will.route(), will.why()));
            case WOULD_DENY ->
                was.refused()
                        ? Optional.empty()
                        : Optional.of(new Change.Group(Change.Kind.WOULD_DENY, was.route(), will.route(), will.why()));
            case TAKEN -> {
                if (was.refused()) {
                    yield Optional.of(new Change.Group(Change.Kind.ALLOWED, Optional.empty(), will.route(), ""));
                }
                boolean elsewhere =
                        was.upstream().isPresent() && !was.upstream().equals(will.upstream());
                yield elsewhere || !was.route().equals(will.route())
                        ? Optional.of(new Change.Group(
                                Change.Kind.REROUTED,
                                place(was.route(), was.upstream()),
                                place(will.route(), will.upstream()),
                                ""))
                        : Optional.empty();
            }
            case UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<String> place(Optional<String> route, Optional<String> upstream) {
        return route.map(name -> name + upstream.map(to -> " (" + to + ")").orElse(""));
    }

    /** What is known when all logs have been read. */
    public Outcome outcome() {
        List<Change> sorted = changes.values().stream()
                .sorted(Comparator.<Change, Change.Kind>comparing(
                                change -> change.group().kind())
                        .thenComparing(Comparator.comparingLong(Change::count).reversed()))
                .toList();
        if (lines.tooLong() > 0) {
            unknown.put("the line is longer than one of a call", lines.tooLong());
        }
        return new Outcome(new Span(calls, first, last), sorted, unchanged, ungrouped, unknown, summarised);
    }

    /** Of calls: how many, and from when to when. */
    record Span(long calls, String first, String last) {}

    /**
     * The result.
     *
     * @param ungrouped changed calls beyond the bound on groups
     * @param unknown how many lines could not be judged, by reason
     * @param summarised how many calls have been counted in summaries: those that have no line of their own are among them
     */
    public record Outcome(
            Span span,
            List<Change> changes,
            long unchanged,
            long ungrouped,
            Map<String, Long> unknown,
            long summarised) {
        public Outcome {
            changes = List.copyOf(changes);
            unknown = new TreeMap<>(unknown);
        }

        /** Whether there were lines, and none was of a call: they are of something else. */
        public boolean isEmpty() {
            return span.calls() == 0 && summarised == 0 && !unknown.isEmpty();
        }

        /** Whether no call is worse off or goes elsewhere. */
        public boolean isHarmless() {
            return ungrouped == 0
                    && changes.stream().allMatch(change -> change.group().kind() == Change.Kind.ALLOWED);
        }
    }
}
