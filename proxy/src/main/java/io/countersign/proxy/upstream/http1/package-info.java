/**
 * HTTP/1.1 upstream: one exchange at a time on each connection, written as bytes and read strictly.
 * Start reading at {@link io.countersign.proxy.upstream.http1.Http1Connection}.
 */
package io.countersign.proxy.upstream.http1;
