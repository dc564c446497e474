package io.countersign.proxy.wire;

/**
 * Bounds of a message, in octets.
 *
 * @param startLine request or status line, without its end
 * @param head start line and fields together
 * @param chunk largest size that a chunk may announce
 */
public record Limits(int startLine, int head, long chunk) {}
