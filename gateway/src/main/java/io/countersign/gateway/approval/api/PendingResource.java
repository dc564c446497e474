package io.countersign.gateway.approval.api;

import io.countersign.gateway.approval.Pending;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;

/** {@code GET /api/v1/pending}: the callers who wait. */
final class PendingResource extends Reading {
    private final ApprovalDesk desk;

    PendingResource(ApprovalDesk desk) {
        super("pending", Size.LARGE, Page.LIMIT, Page.AFTER);
        this.desk = desk;
    }

    @Override
    protected Reply read(Call call) throws Problem {
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
