package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.console.config.ShownSettings;
import java.util.function.Supplier;

/** The configuration in force: each setting as it acts, without secrets, and where it was written. */
final class ConfigurationResource extends Reading {
    private final Supplier<ShownSettings> settings;

    ConfigurationResource(Supplier<ShownSettings> settings) {
        super("configuration", Size.LARGE);
        this.settings = settings;
    }

    @Override
    protected Reply read(Call call) {
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
