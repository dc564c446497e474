package io.countersign.gateway;

import io.countersign.gateway.approval.ApprovalStore;
import io.countersign.gateway.approval.Shown;
import io.countersign.gateway.approval.Subscription;
import io.countersign.gateway.audit.AuditPart;

/** Takes down in the audit log what becomes of decisions when replicas hear of each other's. */
final class AuditedMerges implements ApprovalStore.Deciding {
    private static final String ACTOR = "replicas";
    private static final int MAX_SUBJECT = 300;

    private final AuditPart audit;

    AuditedMerges(AuditPart audit) {
        this.audit = audit;
    }

    @Override
    public void met(Subscription decision) {
        note(decision, decision.decision().verb(), decision.words());
    }

    @Override
    public void overruled(Subscription was, Subscription is) {
        note(
                was,
                "overrule",
                "the decision to " + was.decision().verb() + " by " + was.deciders() + " gives way to that of "
                        + is.deciders() + " to " + is.decision().verb() + " (request " + is.number() + ")");
    }

    // A line that cannot be kept has been printed, and is reported by the audit log itself.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void note(Subscription about, String action, String detail) {
        audit.record(
                ACTOR,
                action,
                "request " + about.number() + ": " + Shown.of(about.ask().toString(), MAX_SUBJECT),
                detail);
    }
}
