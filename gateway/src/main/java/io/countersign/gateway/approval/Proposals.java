package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Pending.Proposal;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Approvals that wait for those of somebody else. Used under the lock of {@link Ledger}. */
final class Proposals {
    private final Map<Ask, Proposal> waiting = new HashMap<>();

    /** Those that were made here, and are not copies of another replica's. */
    private final Set<Ask> own = new HashSet<>();

    /** One in a list. */
    record Kept(Ask ask, Proposal proposal, boolean own) {}

    /** The approval of somebody else, if it still counts. */
    Optional<Proposal> byAnother(Ask ask, String than, Instant now) {
        return of(ask).filter(proposal -> !proposal.by().name().equals(than))
                .filter(proposal -> proposal.countsAt(now));
    }

    Optional<Proposal> of(Ask ask) {
        return Optional.ofNullable(waiting.get(ask));
    }

    /** One that was made here. */
    void make(Ask ask, Proposal proposal) {
        waiting.put(ask, proposal);
        own.add(ask);
    }

    /** One that was made elsewhere. */
    void copy(Ask ask, Proposal proposal) {
        waiting.put(ask, proposal);
        own.remove(ask);
    }

    void put(Kept kept) {
        if (kept.own) {
            make(kept.ask, kept.proposal);
        } else {
            copy(kept.ask, kept.proposal);
        }
    }

    boolean isOwn(Ask ask) {
        return own.contains(ask);
    }

    /** One that was made no later than that has been dealt with. */
    void removeUpTo(Ask ask, Instant time) {
        of(ask).filter(proposal -> !proposal.by().time().isAfter(time)).ifPresent(proposal -> remove(ask));
    }

    /** One that has ended waits for nobody. */
    boolean removeEnded(Ask ask, Instant now) {
        boolean ended = of(ask).filter(proposal -> !proposal.countsAt(now)).isPresent();
        if (ended) {
            remove(ask);
        }
        return ended;
    }

    void remove(Ask ask) {
        waiting.remove(ask);
        own.remove(ask);
    }

    boolean has(Ask ask) {
        return waiting.containsKey(ask);
    }

    /** All of them. */
    List<Kept> all() {
        return waiting.entrySet().stream()
                .map(each -> new Kept(each.getKey(), each.getValue(), own.contains(each.getKey())))
                .toList();
    }
}
