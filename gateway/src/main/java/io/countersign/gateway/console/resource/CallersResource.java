package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.CountedCaller;
import io.countersign.gateway.calls.Tally;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Reply;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Who has called, and by which rule: whoever called last comes first. */
final class CallersResource implements ApiResource {
    private final Calls calls;

    CallersResource(Calls calls) {
        this.calls = calls;
    }

    @Override
    public String path() {
        return ROOT + "callers";
    }

    @Override
    public boolean isLarge() {
        return true;
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(HttpMethod.GET, Operation.read(this::read));
    }

    private Reply read(Call call) {
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
