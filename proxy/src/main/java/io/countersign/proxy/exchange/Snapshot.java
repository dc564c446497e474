package io.countersign.proxy.exchange;

import io.countersign.proxy.config.ProxyConfig;
import io.countersign.proxy.route.RouteTable;

/** Rules, routes and limits of one configuration, compiled together and swapped whole; an exchange keeps the one it began with. */
public record Snapshot(ProxyConfig config, RouteTable routes) {}
