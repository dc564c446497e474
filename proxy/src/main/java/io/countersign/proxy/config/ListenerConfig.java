package io.countersign.proxy.config;

import java.time.Duration;

/**
 * One TCP listener and the times that hold before a route is known.
 *
 * @param headTimeout from the first byte of a request (or from accept) until its head is complete; past it 408
 * @param keepAliveIdle how long a connection may stay without a request; past it a silent close
 */
public record ListenerConfig(HostPort bind, Duration headTimeout, Duration keepAliveIdle) {}
