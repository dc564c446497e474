package io.countersign.gateway.approval;

import java.time.Instant;

/**
 * Who decided, and when.
 *
 * @param name of the token
 */
public record Decider(String name, Instant time) {}
