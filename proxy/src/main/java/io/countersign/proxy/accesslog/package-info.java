/**
 * The access log: one JSON line for a call, or one a minute for the calls of a route that went well.
 * Start reading at {@link io.countersign.proxy.accesslog.AccessLog}.
 */
package io.countersign.proxy.accesslog;
