package io.countersign.proxy.metrics;

import io.countersign.proxy.held.Horizons;
import java.util.Map;

/**
 * What tells the configuration in force from those of other processes, and the limits that it sets.
 *
 * @param hash of the settings
 * @param lists hashes by the names of lists
 * @param inFlight how many calls may be in flight
 * @param clientConnections how many client connections may be open
 * @param horizons how long agents keep data
 */
public record InForce(String hash, Map<String, String> lists, int inFlight, int clientConnections, Horizons horizons) {
    public InForce {
        lists = Map.copyOf(lists);
    }
}
