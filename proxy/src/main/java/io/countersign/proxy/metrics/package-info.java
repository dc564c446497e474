/**
 * The metrics of the proxy, in Prometheus' formats.
 * Start reading at {@link io.countersign.proxy.metrics.Metrics}.
 */
package io.countersign.proxy.metrics;
