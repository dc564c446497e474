package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.console.config.Reloads;
import io.countersign.proxy.metrics.RouteReport;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Calls, reloads, and routes that fail or heal, as they come. */
final class EventsResource implements ApiResource {
    private final Calls calls;
    private final Reloads reloads;
    private final Supplier<List<RouteReport>> routes;

    EventsResource(Calls calls, Reloads reloads, Supplier<List<RouteReport>> routes) {
        this.calls = calls;
        this.reloads = reloads;
        this.routes = routes;
    }

    @Override
    public String path() {
        return ROOT + "events";
    }

    @Override
    public boolean isStream() {
        return true;
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(HttpMethod.GET, Operation.read(this::read, "after"));
    }

    private Reply read(Call call) throws Problem {
        OptionalLong after = call.query().number("after");
        long from = after.isPresent() ? after.getAsLong() + 1 : calls.recent().next();
        return Reply.stream(
                new EventStream(calls::recent, reloads, new Health(routes), call.inForce(), System::nanoTime, from));
    }
}
