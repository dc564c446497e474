package io.countersign.gateway.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What an approver wants to be done about a request.
 *
 * @param actor name of the approver's token
 * @param until empty: as is usual
 */
public record Order(
        long number, Subscription.Decision decision, String actor, Optional<Instant> until, String comment) {
    static final Duration USUAL_OF_ADDRESS = Duration.ofHours(8);
    static final Duration MAX_OF_ADDRESS = Duration.ofDays(30);
    static final Duration USUAL_REFUSAL = Duration.ofDays(1);
    private static final int MAX_COMMENT = 200;

    /** What is wrong with it; empty when it can be carried out. */
    Optional<String> fault(Ask ask, Instant now) {
        if (comment.length() > MAX_COMMENT) {
            return Optional.of(
                    "the comment has " + comment.length() + " characters; write " + MAX_COMMENT + " at most");
        }
        if (until.isPresent() && !until.get().isAfter(now)) {
            return Optional.of("the end " + until.get() + " has passed; give one that is to come");
        }
        if (isApproval()
                && !ask.caller().isIdentity()
                && until.isPresent()
                && until.get().isAfter(now.plus(MAX_OF_ADDRESS))) {
            return Optional.of("an address can be approved for " + MAX_OF_ADDRESS.toDays()
                    + " days at most, since it may be another's by then; give an earlier end");
        }
        return Optional.empty();
    }

    boolean isApproval() {
        return decision == Subscription.Decision.APPROVED;
    }

    /** When the decision ends; empty for an approved identity for which no end was given. */
    Optional<Instant> end(Ask ask, Instant now) {
        if (until.isPresent()) {
            return until;
        }
        if (!isApproval()) {
            return Optional.of(now.plus(USUAL_REFUSAL));
        }
        return ask.caller().isIdentity() ? Optional.empty() : Optional.of(now.plus(USUAL_OF_ADDRESS));
    }
}
