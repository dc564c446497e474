package io.countersign.gateway.calls;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.proxy.accesslog.CallLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One search through the calls in memory. Confined to its thread. */
final class MemorySearch {
    private final CallFilter wanted;
    private final RecentCalls calls;
    private final CallLine writer = new CallLine();
    private Place rest = Place.NEWEST;

    MemorySearch(CallFilter wanted, RecentCalls calls) {
        this.wanted = wanted;
        this.calls = calls;
    }

    /** Finds those before a number, the newest first. */
    FoundCalls find(long before, int max) {
        rest = new Place(before, Optional.empty());
        List<String> lines = new ArrayList<>();
        long seen = 0;
        Optional<String> backTo = Optional.empty();
        for (RecentCall call = calls.before(before); call != null; call = calls.before(call.number())) {
            String line = writer.of(call.number(), call.call());
            rest = new Place(call.number(), Optional.empty());
            backTo = CallFilter.time(line.getBytes(UTF_8));
            seen++;
            if (wanted.wants(line) && lines.add(line) && lines.size() == max) {
                break;
            }
        }
        return new FoundCalls(
                lines,
                lines.size() == max ? Optional.of(rest) : Optional.empty(),
                new FoundCalls.Searched(seen, 0, backTo));
    }

    /** Where what was not in memory begins. */
    Place rest() {
        return rest;
    }
}
