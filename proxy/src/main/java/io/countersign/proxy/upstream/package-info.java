/**
 * Connections to the upstreams: pooled for each event loop, verified TLS, dead ones noticed before use.
 * Start reading at {@link io.countersign.proxy.upstream.UpstreamPool}.
 */
package io.countersign.proxy.upstream;
