package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.console.config.Reloads;
import io.countersign.gateway.identity.Role;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;

/** Reads the configuration again, as on SIGHUP; how that went shows in status and in the events. */
final class ReloadResource implements ApiResource {
    private final Runnable reload;
    private final Reloads reloads;

    ReloadResource(Runnable reload, Reloads reloads) {
        this.reload = reload;
        this.reloads = reloads;
    }

    @Override
    public String path() {
        return ROOT + "reload";
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(HttpMethod.POST, Operation.change(Role.ADMIN, this::run).audited("reload"));
    }

    private Reply run(Call call) {
        long before = reloads.last().number();
        reload.run();
        return Reply.accepted(Json.object().with("after", before));
    }
}
