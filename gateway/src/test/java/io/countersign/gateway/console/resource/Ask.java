package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Query;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Asks a resource without a server. */
final class Ask {
    private static final Token READER = new Token("reader", Optional.of(Role.VIEWER), Optional.empty());

    /** When it asks. */
    static final Instant TIME = Instant.parse("2026-11-27T06:00:00Z");

    private Ask() {}

    static String get(ApiResource resource, String query) throws Problem {
        return get(resource, query, Map.of());
    }

    /** @param parameters of its path */
    static String get(ApiResource resource, String query, Map<String, String> parameters) throws Problem {
        Operation operation = resource.operations().get(HttpMethod.GET);
        Call call = new Call(
                READER, TIME, HttpMethod.GET, parameters, Query.parse(query, operation.query()), Optional.empty());
        return operation.action().run(call).body().orElseThrow().written();
    }
}
