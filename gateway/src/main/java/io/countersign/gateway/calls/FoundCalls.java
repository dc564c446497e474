package io.countersign.gateway.calls;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a search has found.
 *
 * @param lines of calls, the newest first
 * @param next from which the search goes on; empty where there is no more
 */
public record FoundCalls(List<String> lines, OptionalLong next) {
    public FoundCalls {
        lines = List.copyOf(lines);
    }
}
