package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.console.config.ShownSettings;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;
import java.util.function.Supplier;

/** The configuration in force: each setting as it acts, without secrets, and where it was written. */
final class ConfigurationResource implements ApiResource {
    private final Supplier<ShownSettings> settings;

    ConfigurationResource(Supplier<ShownSettings> settings) {
        this.settings = settings;
    }

    @Override
    public String path() {
        return ROOT + "configuration";
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
        ShownSettings shown = settings.get();
        return Reply.of(Json.object()
                .with("hash", shown.hash())
                .with("left", shown.left())
                .list(
                        "settings",
                        shown.settings(),
                        (json, each) -> json.with("path", each.path())
                                .with("value", each.value())
                                .with("origin", each.origin())));
    }
}
