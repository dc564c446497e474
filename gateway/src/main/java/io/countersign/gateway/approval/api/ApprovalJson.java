package io.countersign.gateway.approval.api;

import io.countersign.gateway.approval.Ask;
import io.countersign.gateway.approval.Pending;
import io.countersign.gateway.approval.Subscription;
import io.countersign.gateway.console.api.Json;

/** Callers and decisions as the API shows them. */
final class ApprovalJson {
    private ApprovalJson() {}

    static void write(Json json, Pending pending) {
        Pending.Seen seen = pending.seen();
        ask(json.with("number", pending.number()), pending.ask())
                .with("request", seen.request())
                .with("known_by", seen.knownBy())
                .with("first_seen", seen.first())
                .with("last_seen", seen.last())
                .with("count", seen.count())
                .list(
                        "approvals",
                        pending.approvals(),
                        (inner, proposal) -> inner.with("by", proposal.by().name())
                                .with("time", proposal.by().time())
                                .with("until", proposal.until())
                                .with("comment", proposal.comment()));
    }

    static void write(Json json, Subscription subscription) {
        ask(json.with("number", subscription.number()), subscription.ask())
                .with("decision", subscription.decision().label())
                .with("until", subscription.until())
                .with("comment", subscription.comment())
                .list(
                        "by",
                        subscription.by(),
                        (inner, by) -> inner.with("name", by.name()).with("time", by.time()));
    }

    private static Json ask(Json json, Ask ask) {
        return json.with("kind", ask.caller().kind().label())
                .with("caller", ask.caller().name())
                .with("route", ask.route());
    }
}
