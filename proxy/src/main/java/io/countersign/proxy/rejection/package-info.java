/**
 * Rejections by AWS (signature, token, clock, key, permission), told apart from an application's own errors, and explained.
 * Start reading at {@link io.countersign.proxy.rejection.Rejection}.
 */
package io.countersign.proxy.rejection;
