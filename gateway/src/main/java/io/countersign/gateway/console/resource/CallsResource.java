package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Query;
import io.countersign.gateway.console.api.Reply;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;

/** Calls, the newest first: those in memory, then those on the disk. */
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
        return Map.of(HttpMethod.GET, Operation.read(this::read, CallQuery.parameters("limit", "before", "id")));
    }

    private Reply read(Call call) throws Problem {
        Query query = call.query();
        int limit = query.integer("limit", 1, MAX, USUAL);
        FoundCalls found = CallQuery.find(calls, CallQuery.filter(query), CallQuery.before(query), limit);
        Json json = Json.object()
                .with("count", calls.recent().count())
                .with("keep", calls.recent().keep())
                .object("searched", searched -> CallQuery.searched(searched, found))
                .with("next", found.next());
        return Reply.of(json.written("calls", found.lines()));
    }
}
