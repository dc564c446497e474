package io.countersign.cli.agents;

import java.io.IOException;

/** What a process says of itself on a page of metrics in Prometheus's text format. */
public record MetricsPage(String page) {
    public static MetricsPage of(String url) throws IOException {
        return new MetricsPage(Http.get(url));
    }

    /**
     * The sum of a metric's series.
     *
     * @throws IOException if there is none: a misspelt name must not count as zero
     */
    public double sum(String name) throws IOException {
        return sum(name, "");
    }

    /**
     * The sum of those of a metric's series that have a label.
     *
     * @param label as the page writes it: {@code code="200"}
     * @throws IOException if there is none
     */
    public double sum(String name, String label) throws IOException {
        double sum = 0;
        boolean found = false;
        for (String line : page.lines().toList()) {
            if ((line.startsWith(name + " ") || line.startsWith(name + "{")) && line.contains(label)) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                found = true;
            }
        }
        if (!found) {
            throw new IOException("no metric " + name + " " + label + " on this page");
        }
        return sum;
    }
}
