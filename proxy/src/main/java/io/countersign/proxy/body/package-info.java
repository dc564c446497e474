/**
 * Request bodies: collected or streamed, reserved before they are read, bounded, hashed as they come.
 * Start reading at {@link io.countersign.proxy.body.RequestBody}; {@link io.countersign.proxy.body.Budget} is what bounds them all.
 */
package io.countersign.proxy.body;
