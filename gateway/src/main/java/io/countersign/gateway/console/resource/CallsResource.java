package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.CountedCaller;
import io.countersign.gateway.calls.RecentCall;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Query;
import io.countersign.gateway.console.api.Reply;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The last calls, the newest first. */
final class CallsResource implements ApiResource {
    private static final int MAX = 500;
    private static final int USUAL = 100;

    private final Calls calls;

    CallsResource(Calls calls) {
        this.calls = calls;
    }

    @Override
    public String path() {
        return ROOT + "calls";
    }

    @Override
    public boolean isLarge() {
        return true;
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(
                HttpMethod.GET,
                Operation.read(
                        this::read, "limit", "before", "id", "route", "tenant", "caller", "status", "cause", "since"));
    }

    private Reply read(Call call) throws Problem {
        Query query = call.query();
        int limit = query.integer("limit", 1, MAX, USUAL);
        long before = query.number("before").orElse(Long.MAX_VALUE);
        List<RecentCall> found = calls.recent().before(before, wanted(query), limit);
        Json json = Json.object()
                .with("count", calls.recent().count())
                .with("keep", calls.recent().keep());
        if (found.size() == limit) {
            json.with("next", found.get(limit - 1).number());
        }
        return Reply.of(json.list("calls", found, CallJson::write));
    }

    private static Predicate<RecentCall> wanted(Query query) throws Problem {
        Optional<String> status = query.text("status");
        if (status.isPresent() && !status.get().matches("[1-5](\\d\\d|xx)|0|failed")) {
            throw Problem.badRequest(
                    "status is a number such as 403, a class such as 5xx, 0 for calls without an answer, or"
                            + " failed");
        }
        Optional<Instant> since = query.time("since");
        return same(query.text("id"), each -> Optional.of(each.marks().id()))
                .and(same(query.text("route"), RecentCall::route))
                .and(same(query.text("tenant"), each -> each.caller().tenant()))
                .and(same(query.text("cause"), each -> each.outcome().error()))
                .and(query.text("caller").map(CallsResource::byCaller).orElse(each -> true))
                .and(status.map(CallsResource::byStatus).orElse(each -> true))
                .and(each -> since.isEmpty()
                        || each.marks().timings().startMillis() >= since.get().toEpochMilli());
    }

    private static Predicate<RecentCall> same(Optional<String> wanted, Function<RecentCall, Optional<String>> of) {
        return each -> wanted.isEmpty() || wanted.equals(of.apply(each));
    }

    private static Predicate<RecentCall> byCaller(String name) {
        return each -> CountedCaller.of(each.caller()).name().equals(name)
                || each.caller().toString().equals(name);
    }

    private static Predicate<RecentCall> byStatus(String status) {
        if (status.equals("failed")) {
            return RecentCall::isFailed;
        }
        return each -> {
            int got = each.outcome().response().status();
            return status.endsWith("xx") ? got / 100 == status.charAt(0) - '0' : got == Integer.parseInt(status);
        };
    }
}
