/**
 * Which way a request goes: by path prefix, method and host; the longest prefix wins.
 * Start reading at {@link io.countersign.proxy.route.RouteTable}.
 */
package io.countersign.proxy.route;
