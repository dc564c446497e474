/**
 * A local API Gateway that verifies every signature, for demos and tests.
 * Start at {@link io.countersign.standin.StandIn}.
 */
package io.countersign.standin;
