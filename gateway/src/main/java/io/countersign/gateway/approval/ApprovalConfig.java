package io.countersign.gateway.approval;

import java.util.Optional;

/**
 * How approvals are run.
 *
 * @param contact whom a caller is to turn to, as its answer says; empty: nobody is named
 * @param webhook where newcomers are announced
 * @param fourEyes whether an approval needs two
 * @param maxPending callers that wait at once
 */
public record ApprovalConfig(
        Optional<String> contact, Optional<WebhookTarget> webhook, boolean fourEyes, int maxPending) {
    /** Where nothing is approved. */
    static final ApprovalConfig UNUSED = new ApprovalConfig(Optional.empty(), Optional.empty(), false, 1000);

    static final int SMALLEST_LIST = 10;
    static final int LARGEST_LIST = 10_000;
}
