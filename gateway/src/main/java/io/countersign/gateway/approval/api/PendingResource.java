package io.countersign.gateway.approval.api;

import io.countersign.gateway.approval.Pending;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reply;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;

/** {@code GET /api/v1/pending}: the callers who wait. */
final class PendingResource implements ApiResource {
    private final ApprovalDesk desk;

    PendingResource(ApprovalDesk desk) {
        this.desk = desk;
    }

    @Override
    public String path() {
        return ROOT + "pending";
    }

    @Override
    public boolean isLarge() {
        return true;
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(HttpMethod.GET, Operation.read(this::read, Page.LIMIT, Page.AFTER));
    }

    private Reply read(Call call) throws Problem {
        Json json = Json.object()
                .with("four_eyes", desk.config().get().fourEyes())
                .with("max", desk.config().get().maxPending());
        return Reply.of(Page.add(
                json,
                "pending",
                call.query(),
                desk.open().approvals().pending(),
                Pending::number,
                ApprovalJson::write));
    }
}
