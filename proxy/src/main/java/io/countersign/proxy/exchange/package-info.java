/**
 * One request's life, from its head to the last byte of its response.
 * Start reading at {@link io.countersign.proxy.exchange.ClientConnection}, then {@link io.countersign.proxy.exchange.Exchange}.
 */
package io.countersign.proxy.exchange;
