package io.countersign.proxy.metrics;

import java.util.Map;

/**
 * One value of a metric, as a scrape at this moment would show it.
 *
 * @param name with its suffix, such as {@code countersign_requests_total}
 */
public record Sample(String name, Map<String, String> labels, double value) {
    public Sample {
        labels = Map.copyOf(labels);
    }

    /** The label's value; empty without it. */
    public String label(String label) {
        return labels.getOrDefault(label, "");
    }
}
