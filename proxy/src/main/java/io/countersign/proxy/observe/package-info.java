/**
 * What the proxy shows of itself: the access log and the metrics.
 * Start reading at {@link io.countersign.proxy.observe.ExchangeRecord}, which is all that is known of one call.
 */
package io.countersign.proxy.observe;
