/**
 * From HOCON to immutable records: every fault is collected and reported at once, each with its place and the remedy.
 * Start reading at {@link io.countersign.proxy.config.ProxyConfig}, which is the whole configuration in one record.
 */
package io.countersign.proxy.config;
