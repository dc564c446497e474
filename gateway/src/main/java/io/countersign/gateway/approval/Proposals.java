package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Pending.Proposal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;

/** Approvals that wait for those of somebody else, by the request's number. Used under the lock of {@link Approvals}. */
final class Proposals {
    private final Map<Long, Proposal> waiting = new HashMap<>();

    /** The approval of somebody else, if it still counts. */
    Optional<Proposal> byAnother(long number, String than, Instant now) {
        return Optional.ofNullable(waiting.get(number))
                .filter(proposal -> !proposal.by().name().equals(than))
                .filter(proposal -> proposal.until().isEmpty()
                        || now.isBefore(proposal.until().get()));
    }

    void put(long number, Proposal proposal) {
        waiting.put(number, proposal);
    }

    void remove(long number) {
        waiting.remove(number);
    }

    /** Lets go of all others. */
    void retain(LongPredicate wanted) {
        waiting.keySet().removeIf(number -> !wanted.test(number));
    }

    boolean has(long number) {
        return waiting.containsKey(number);
    }

    List<Proposal> of(long number) {
        return Optional.ofNullable(waiting.get(number)).stream().toList();
    }

    Map<Long, Proposal> all() {
        return Map.copyOf(waiting);
    }
}
