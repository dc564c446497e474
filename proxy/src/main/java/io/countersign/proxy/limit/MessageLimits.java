package io.countersign.proxy.limit;

/**
 * How large a request's head can be.
 *
 * @param maxHeaderBytes of the request line and the header section
 * @param maxTargetBytes of the request target
 * @param maxHeaders how many header fields
 * @param preamble what may come before it, on any listener
 * @param aside what is left to extensions, whatever the messages are
 */
public record MessageLimits(int maxHeaderBytes, int maxTargetBytes, int maxHeaders, Preamble preamble, Aside aside) {}
