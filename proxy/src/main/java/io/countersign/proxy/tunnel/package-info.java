/**
 * Connections that have switched to WebSocket (RFC 6455): bytes both ways, as they are, until one side or we end it.
 * Start reading at {@link io.countersign.proxy.tunnel.Tunnel}.
 */
package io.countersign.proxy.tunnel;
