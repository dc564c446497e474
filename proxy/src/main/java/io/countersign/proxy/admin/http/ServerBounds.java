package io.countersign.proxy.admin.http;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * What clients can make a server hold.
 *
 * @param connections open at once, in force at a moment
 * @param large requests with a body and large responses at once, in force at a moment
 * @param streams responses that last, at once, in force at a moment; they give way to nobody, so fewer than {@code connections}
 * @param head request line and header fields together, in bytes
 * @param fields header fields of a request
 * @param deadline for a head to come, for a body to come after it, and again for the response to be taken
 */
public record ServerBounds(
        IntSupplier connections, IntSupplier large, IntSupplier streams, int head, int fields, Duration deadline) {}
