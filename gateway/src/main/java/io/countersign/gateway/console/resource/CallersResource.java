package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.CountedCaller;
import io.countersign.gateway.calls.Tally;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Who has called, and by which rule: whoever called last comes first. */
final class CallersResource extends Reading {
    private final Calls calls;

    CallersResource(Calls calls) {
        super("callers", Size.LARGE);
        this.calls = calls;
    }

    @Override
    protected Reply read(Call call) {
        List<Map.Entry<CountedCaller, Tally>> all = calls.callers().all().stream()
                .sorted(Comparator.comparingLong((Map.Entry<CountedCaller, Tally> each) ->
                        -each.getValue().lastMillis()))
                .toList();
        return Reply.of(Json.object()
                .with("uncounted", calls.callers().uncounted())
                .list("callers", all, (json, each) -> write(json, each.getKey(), each.getValue())));
    }

    private static void write(Json json, CountedCaller caller, Tally tally) {
        json.with("kind", caller.kind())
                .with("name", caller.name())
                .with("tenant", caller.tenant())
                .with("calls", tally.calls())
                .with("denied", tally.denied())
                .with("failed", tally.failed())
                .with("request_bytes", tally.requestBytes())
                .with("first", Instant.ofEpochMilli(tally.firstMillis()))
                .with("last", Instant.ofEpochMilli(tally.lastMillis()))
                .with("route", tally.route());
        tally.ruling().ifPresent(ruling -> RulingJson.write(json, ruling));
    }
}
