package io.countersign.proxy.limit;

/**
 * How large a request's head can be, and a part of its body that cannot be sent before it is whole.
 *
 * @param maxHeaderBytes of the request line and the header section
 * @param maxTargetBytes of the request target
 * @param maxHeaders how many header fields
 * @param maxChunk bytes of a signed chunk in an upload to S3
 * @param preamble what may come before it, on any listener
 * @param aside what is left to extensions, whatever the messages are
 */
public record MessageLimits(
        int maxHeaderBytes, int maxTargetBytes, int maxHeaders, int maxChunk, Preamble preamble, Aside aside) {}
