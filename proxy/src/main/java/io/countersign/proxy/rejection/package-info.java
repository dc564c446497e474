/**
 * Rejections by AWS (signature, token, clock, key, permission), distinguished from the backend's own, and explained.
 * Start reading at {@link io.countersign.proxy.rejection.Rejection}.
 */
package io.countersign.proxy.rejection;
