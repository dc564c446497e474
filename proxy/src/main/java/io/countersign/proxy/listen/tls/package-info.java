/**
 * Listeners that take TLS: their certificate, whom they ask for one, and how a connection gets from its first byte to HTTP.
 * Start reading at {@link io.countersign.proxy.listen.tls.TlsEntry}.
 */
package io.countersign.proxy.listen.tls;
