package io.countersign.proxy.wire;

/**
 * Bounds of a message's head, in octets.
 *
 * @param startLine request or status line, without its end
 * @param head start line and fields together
 */
public record Limits(int startLine, int head) {}
