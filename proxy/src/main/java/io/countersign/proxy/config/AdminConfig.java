package io.countersign.proxy.config;

/** Where probes and metrics are served; never the address of a listener. */
public record AdminConfig(HostPort bind) {}
