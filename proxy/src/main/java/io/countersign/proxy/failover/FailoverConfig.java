package io.countersign.proxy.failover;

import java.time.Duration;
import java.util.Set;

/**
 * When an upstream counts as failed, on a route that names several.
 *
 * @param connect whether it does when nothing can be sent to it: its name, TCP or TLS fails
 * @param statuses that count as failures, those of local responses that stand for a response which did not come among them
 * @param failures in a row, after which it is left out
 * @param coolDown how long it is left out, up to a fifth longer, until one request tries it again
 */
public record FailoverConfig(boolean connect, Set<Integer> statuses, int failures, Duration coolDown) {
    public FailoverConfig {
        statuses = Set.copyOf(statuses);
    }
}
