/**
 * Probes, metrics and the last rejections, as resources of a small HTTP server.
 * Start reading at {@link io.countersign.proxy.admin.probe.Probes}.
 */
package io.countersign.proxy.admin.probe;
