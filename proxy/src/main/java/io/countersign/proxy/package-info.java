/**
 * The product: a signing reverse proxy.
 * Start reading at {@link io.countersign.proxy.ProxyServer}, which names the parts and the order in which they start and stop.
 */
package io.countersign.proxy;
