package io.countersign.gateway.approval;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A decision on a caller, while it counts.
 *
 * @param number of the request that was decided on
 * @param by who decided: two, where two have to approve
 * @param until empty: it has no end
 * @param basis what was known of earlier decisions when it was made
 */
public record Subscription(
        long number,
        Ask ask,
        Decision decision,
        List<Decider> by,
        Optional<Instant> until,
        String comment,
        Basis basis) {
    private static final Comparator<Subscription> RANK = Comparator.<Subscription>comparingLong(
                    decision -> decision.basis.refusals + (decision.isApproved() ? 0 : 1))
            .thenComparing(Subscription::time)
            .thenComparing(decision -> !decision.isApproved())
            .thenComparingLong(Subscription::number)
            .thenComparing(Subscription::deciders)
            .thenComparing(decision -> decision.until().map(Instant::toString).orElse(""));

    /**
     * What was known of earlier decisions on the same. An approval counts more than the refusals that its approver knew of, and less than
     * one that was made elsewhere meanwhile.
     *
     * @param refusals how many
     * @param last when the last decision was made; the epoch if there was none
     */
    public record Basis(long refusals, Instant last) {
        static final Basis NONE = new Basis(0, Instant.EPOCH);
    }

    /** What was decided. */
    public enum Decision {
        APPROVED("approve"),
        REFUSED("refuse");

        private final String verb;

        Decision(String verb) {
            this.verb = verb;
        }

        /** As an approver asks for it. */
        public String verb() {
            return verb;
        }

        /** As in lists and files. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Subscription {
        by = List.copyOf(by);
    }

    Subscription numbered(long another) {
        return new Subscription(another, ask, decision, by, until, comment, basis);
    }

    boolean countsAt(Instant now) {
        return until.isEmpty() || now.isBefore(until.get());
    }

    boolean isApproved() {
        return decision == Decision.APPROVED;
    }

    /** When it was made. */
    Instant time() {
        return by.stream().map(Decider::time).max(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /** Whether it counts in place of the other one, which is about the same. All replicas find the same. */
    boolean supersedes(Subscription other) {
        return RANK.compare(this, other) > 0;
    }

    /** For those that are made with knowledge of it. */
    Basis asBasis() {
        return new Basis(basis.refusals + (isApproved() ? 0 : 1), time());
    }

    /** Whether it was made by somebody who did not know of the other one. */
    boolean ignores(Subscription other) {
        return basis.last.isBefore(other.time());
    }

    /** For how long, why and by whom, as the audit log has it. */
    public String words() {
        return until.map(end -> "until " + end).orElse("without end")
                + (comment.isEmpty() ? "" : "; " + comment)
                + (by.size() > 1 ? "; by " + deciders() : "");
    }

    /** The names of who decided, in order. */
    public String deciders() {
        return by.stream().map(Decider::name).collect(Collectors.joining(", "));
    }
}
