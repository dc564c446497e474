package io.countersign.gateway.calls.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a search has found.
 *
 * @param lines of calls, the newest first
 * @param next from where it goes on; empty where there is no more
 */
public record FoundCalls(List<String> lines, Optional<Place> next, Searched searched) {
    public static final FoundCalls NONE =
            new FoundCalls(List.of(), Optional.empty(), new Searched(0, 0, Optional.empty()));

    public FoundCalls {
        lines = List.copyOf(lines);
    }

    /** Together with what was found after it. */
    public FoundCalls and(FoundCalls older) {
        List<String> all = new ArrayList<>(lines);
        all.addAll(older.lines);
        return new FoundCalls(all, older.next, searched.and(older.searched));
    }

    /**
     * How far it has come.
     *
     * @param calls that were looked at
     * @param bytes of files that were read, unpacked
     * @param backTo when the oldest of them began, as in its line
     */
    public record Searched(long calls, long bytes, Optional<String> backTo) {
        /** Together with what was searched after it. */
        public Searched and(Searched older) {
            return new Searched(calls + older.calls, bytes + older.bytes, older.backTo.or(() -> backTo));
        }
    }
}
