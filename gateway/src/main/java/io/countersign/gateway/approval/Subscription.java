package io.countersign.gateway.approval;

import java.time.Instant;
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
 */
public record Subscription(
        long number, Ask ask, Decision decision, List<Decider> by, Optional<Instant> until, String comment) {
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

    boolean countsAt(Instant now) {
        return until.isEmpty() || now.isBefore(until.get());
    }

    boolean isApproved() {
        return decision == Decision.APPROVED;
    }

    /** The names of who decided, in order. */
    public String deciders() {
        return by.stream().map(Decider::name).collect(Collectors.joining(", "));
    }
}
