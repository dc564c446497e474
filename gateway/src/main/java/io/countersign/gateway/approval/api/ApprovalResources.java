package io.countersign.gateway.approval.api;

import io.countersign.gateway.console.api.ApiResource;
import java.util.List;

/** All that the API has of approvals. */
public final class ApprovalResources {
    private ApprovalResources() {}

    /** Those of one gateway. */
    public static List<ApiResource> of(ApprovalDesk desk) {
        return List.of(new PendingResource(desk), new DecisionResource(desk), new SubscriptionsResource(desk));
    }
}
