package io.countersign.proxy.metrics;

import io.countersign.proxy.failover.UpstreamStatus;
import io.countersign.proxy.rejection.RecentRejections;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How one route fares, for metrics and pages.
 *
 * @param lastSuccess when the upstream last responded with 2xx, in whole seconds; empty before the first
 * @param run the last requests that failed for what is not the caller's doing; empty when there were none since start
 * @param givenUp payloads that were held for as long as they may be, and then given up, since start
 * @param finding of the last rejection by AWS that was explained; empty when there was none
 * @param upstreams how each of several upstreams fares, in order of preference; empty where there is one
 */
public record RouteReport(
        String route,
        Optional<Instant> lastSuccess,
        Optional<Run> run,
        long givenUp,
        Optional<RecentRejections.Entry> finding,
        List<UpstreamStatus> upstreams) {

    /**
     * Requests that failed one after another.
     *
     * @param cause label of the last one
     * @param holdingSince since when there was no success; empty while it is healed
     * @param healed when a success ended it; empty while it lasts
     */
    public record Run(
            String cause,
            Instant first,
            Instant last,
            long count,
            Optional<Instant> holdingSince,
            Optional<Instant> healed) {}
}
