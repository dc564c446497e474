package io.countersign.gateway.lifecycle;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What people want to know about a route; it changes nothing that the route does.
 *
 * @param docs URL of its documentation
 * @param labels in the order of their names
 */
public record About(
        Optional<String> description,
        Optional<String> owner,
        Optional<String> contact,
        Optional<String> docs,
        Map<String, String> labels) {
    public About {
        labels = new TreeMap<>(labels);
    }
}
