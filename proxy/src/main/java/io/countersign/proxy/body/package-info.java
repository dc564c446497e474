/**
 * Request bodies: collected or streamed, reserved before they are read, bounded, hashed as they come.
 * Start reading at {@link io.countersign.proxy.body.RequestBody}; the budget in {@code limit} bounds them all.
 */
package io.countersign.proxy.body;
