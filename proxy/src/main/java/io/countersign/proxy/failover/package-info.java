/**
 * Which of a route's upstreams a request goes to, where the route names several: in order of preference, but for those that have failed lately.
 * Start reading at {@link io.countersign.proxy.failover.Failover}.
 */
package io.countersign.proxy.failover;
