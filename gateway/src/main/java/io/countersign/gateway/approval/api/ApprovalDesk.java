package io.countersign.gateway.approval.api;

import io.countersign.gateway.approval.ApprovalConfig;
import io.countersign.gateway.approval.ApprovalStore;
import io.countersign.gateway.console.api.Problem;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What the resources work with.
 *
 * @param store empty where nobody can be approved
 * @param config in force at a moment
 * @param audit takes down decisions
 */
public record ApprovalDesk(Supplier<Optional<ApprovalStore>> store, Supplier<ApprovalConfig> config, Audit audit) {
    /** Takes down a decision. */
    @FunctionalInterface
    public interface Audit {
        /** Done once it is kept. */
        CompletionStage<Void> record(String actor, String action, String subject, String detail);
    }

    ApprovalStore open() throws Problem {
        return store.get()
                .orElseThrow(
                        () -> Problem.conflict(
                                "nobody can be approved: the gateway started without state.dir, and shares nothing (quotas.shared)"));
    }
}
