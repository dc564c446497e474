package io.countersign.proxy.failover;

import java.util.Map;

/**
 * How one of a route's upstreams fares.
 *
 * @param upstream its URL
 * @param requests that were to go there, since the route has had it
 * @param moved requests that went on from it to the next one, by the cause
 */
public record UpstreamStatus(String upstream, Condition condition, long requests, Map<String, Long> moved) {
    public UpstreamStatus {
        moved = Map.copyOf(moved);
    }
}
