package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import java.util.List;
import java.util.function.Supplier;

/** Which tokens there are: never a token, nor its hash. */
final class TokensResource extends Reading {
    private final Supplier<List<Token>> tokens;

    TokensResource(Supplier<List<Token>> tokens) {
        super("tokens", Size.SMALL);
        this.tokens = tokens;
    }

    @Override
    protected Reply read(Call call) {
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
