package io.countersign.gateway.approval.api;

import io.countersign.gateway.approval.Subscription;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;

/** {@code GET /api/v1/subscriptions}: what was decided, while it counts. */
final class SubscriptionsResource extends Reading {
    private final ApprovalDesk desk;

    SubscriptionsResource(ApprovalDesk desk) {
        super("subscriptions", Size.LARGE, Page.LIMIT, Page.AFTER);
        this.desk = desk;
    }

    @Override
    protected Reply read(Call call) throws Problem {
        return Reply.of(Page.add(
                Json.object(),
                "subscriptions",
                call.query(),
                desk.open().approvals().subscriptions(),
                Subscription::number,
                ApprovalJson::write));
    }
}
