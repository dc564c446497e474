package io.countersign.proxy.wire;

/**
 * Bounds of a message. Each is judged while the bytes come, before anything is made of them.
 *
 * @param startLine request or status line, without its end, in bytes
 * @param head start line and fields together, in bytes
 * @param fields fields of a head, and again of a trailer section
 * @param chunk largest size that a chunk may announce, in bytes
 */
public record Limits(int startLine, int head, int fields, long chunk) {}
