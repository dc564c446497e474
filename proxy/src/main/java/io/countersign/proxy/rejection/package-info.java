/**
 * AWS's own no (signature, token, clock, key, permission) told from the backend's, and explained.
 * Start reading at {@link io.countersign.proxy.rejection.Rejection}.
 */
package io.countersign.proxy.rejection;
