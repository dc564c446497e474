/**
 * What the process shows of itself, sent to where nobody comes to scrape it. Start reading at
 * {@link io.countersign.proxy.telemetry.TelemetryPush}.
 */
package io.countersign.proxy.telemetry;
