package io.countersign.proxy.route;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.limit.LimitsConfig;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rules, limits and routes of one configuration, compiled together and swapped whole; an exchange keeps what it began with.
 *
 * @param credentials finds credentials by their name
 */
public record Snapshot(
        AccessConfig access,
        LimitsConfig limits,
        RouteTable routes,
        Function<String, Optional<NamedCredentials>> credentials) {}
