package io.countersign.proxy.testing;

/**
 * A request as the upstream received it.
 *
 * @param connection which of the upstream's connections brought it, counted from 1
 * @param nth which request on that connection, counted from 1
 * @param body one Latin-1 character for each byte
 */
public record ReceivedRequest(int connection, int nth, Head head, String body) {}
