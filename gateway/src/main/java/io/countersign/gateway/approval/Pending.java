package io.countersign.gateway.approval;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A caller who waits to be approved, at one moment.
 *
 * @param number by which people speak of it; never given twice
 * @param seen how often and since when it has asked
 * @param also other numbers that replicas gave it before they knew of each other
 * @param approvals of those who have approved it, where two have to
 */
public record Pending(long number, Ask ask, Seen seen, List<Long> also, List<Proposal> approvals) {
    public Pending {
        also = List.copyOf(also);
        approvals = List.copyOf(approvals);
    }

    Pending(long number, Ask ask, Seen seen) {
        this(number, ask, seen, List.of(), List.of());
    }

    /**
     * How a caller has asked.
     *
     * @param request method and path of its latest request, bounded, without the query
     * @param knownBy how its address was learnt: socket, proxy_protocol or forwarded
     */
    public record Seen(String request, String knownBy, Instant first, Instant last, long count) {}

    /**
     * An approval that needs another one.
     *
     * @param until the end that it asks for
     */
    public record Proposal(Decider by, Optional<Instant> until, String comment) {
        boolean countsAt(Instant now) {
            return until.isEmpty() || now.isBefore(until.get());
        }
    }
}
