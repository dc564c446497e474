/**
 * HTTP/1.1 as raw bytes: a strict request reader that keeps what really came, and a writer that can misbehave on command.
 * Start at {@link io.countersign.standin.wire.RequestReader}.
 */
package io.countersign.standin.wire;
