/**
 * What replicas of a gateway share, whatever it is: where the store is, and how each keeps in touch with it. Start reading at
 * {@link io.countersign.gateway.shared.SharedLink}.
 */
package io.countersign.gateway.shared;
