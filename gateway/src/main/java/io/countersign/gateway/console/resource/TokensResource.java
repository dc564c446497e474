package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Which tokens there are: never a token, nor its hash. */
final class TokensResource implements ApiResource {
    private final Supplier<List<Token>> tokens;

    TokensResource(Supplier<List<Token>> tokens) {
        this.tokens = tokens;
    }

    @Override
    public String path() {
        return ROOT + "tokens";
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(HttpMethod.GET, Operation.read(this::read));
    }

    private Reply read(Call call) {
        return Reply.of(Json.object()
                .object(
                        "you",
                        json -> json.with("name", call.by().name())
                                .with("role", call.by().role()))
                .list(
                        "tokens",
                        tokens.get(),
                        (json, token) -> json.with("name", token.name())
                                .with("role", token.role().map(Role::word))
                                .with("until", token.until())
                                .with("ended", token.hasEnded(call.at()))));
    }
}
