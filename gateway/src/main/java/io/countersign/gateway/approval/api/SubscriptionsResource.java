package io.countersign.gateway.approval.api;

import io.countersign.gateway.approval.Subscription;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reply;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;

/** {@code GET /api/v1/subscriptions}: what was decided, while it counts. */
final class SubscriptionsResource implements ApiResource {
    private final ApprovalDesk desk;

    SubscriptionsResource(ApprovalDesk desk) {
        this.desk = desk;
    }

    @Override
    public String path() {
        return ROOT + "subscriptions";
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
        return Reply.of(Page.add(
                Json.object(),
                "subscriptions",
                call.query(),
                desk.open().approvals().subscriptions(),
                Subscription::number,
                ApprovalJson::write));
    }
}
