package io.countersign.proxy.failover;

import java.util.Map;

/**
 * How one of a route's upstreams fares.
 *
 * @param upstream its URL
 * @param inUse whether requests go there: to the first one that is not left out
 * @param requests that were to go there, since the route has had it
 * @param moved requests that went on from it to the next one, by the cause
 */
public record UpstreamStatus(
        String upstream, Condition condition, boolean inUse, long requests, Map<String, Long> moved) {
    public UpstreamStatus {
        moved = Map.copyOf(moved);
    }
}
