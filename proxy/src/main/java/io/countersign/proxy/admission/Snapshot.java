package io.countersign.proxy.admission;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.route.RouteTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rules, limits, routes and guards of one configuration, compiled together and swapped whole; an exchange keeps what it began with.
 *
 * @param credentials finds credentials by their name
 * @param guards asked besides the checks that every request passes, in this order
 * @param narrowed routes as narrower terms of guards leave them
 */
public record Snapshot(
        AccessConfig access,
        LimitsConfig limits,
        RouteTable routes,
        Function<String, Optional<NamedCredentials>> credentials,
        List<Guard> guards,
        NarrowedRoutes narrowed) {
    public Snapshot {
        guards = List.copyOf(guards);
    }

    /** The same, newly compiled. */
    public Snapshot(
            AccessConfig access,
            LimitsConfig limits,
            RouteTable routes,
            Function<String, Optional<NamedCredentials>> credentials,
            List<Guard> guards) {
        this(access, limits, routes, credentials, guards, new NarrowedRoutes());
    }
}
