package io.countersign.proxy.tunnel;

import java.time.Duration;

/**
 * How long a tunnel may last.
 *
 * @param idle without a byte in either direction
 * @param maxAge in all
 */
public record TunnelLimits(Duration idle, Duration maxAge) {}
