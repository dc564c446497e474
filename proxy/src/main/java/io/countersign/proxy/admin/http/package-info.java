/**
 * A small, bounded HTTP/1.1 server for what is not proxied: probes and metrics, and consoles on addresses of their own.
 * Start reading at {@link io.countersign.proxy.admin.http.HttpServer}; what it serves is a
 * {@link io.countersign.proxy.admin.http.Resource}.
 */
package io.countersign.proxy.admin.http;
