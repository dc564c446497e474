/**
 * The second product: what a gateway for many teams has and a sidecar does not. It plugs into the core, which does not know it.
 * Start reading at {@link io.countersign.gateway.Gateway}.
 */
package io.countersign.gateway;
