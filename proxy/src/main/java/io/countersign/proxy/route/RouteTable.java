package io.countersign.proxy.route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All routes of one configuration; immutable.
 *
 * <p>A prefix matches whole segments: {@code /api/v1/write} takes {@code /api/v1/write} and {@code /api/v1/write/x} but
 * not {@code /api/v1/writer}. Among equal prefixes a route for the request's host goes before one for every host, and one
 * for the request's method before one for every method. A longer prefix whose routes all decline (by host) lets shorter ones
 * answer; one that declines by method alone does not, so that a catch-all cannot widen what a narrow route forbids. A route that sends
 * where {@code Host} says counts as one for the request's host, and declines all hosts that it does not send to.
 */
public final class RouteTable {
    private final List<Route> routes;
    private final Map<String, List<Route>> byPrefix = new HashMap<>();

    /** The same by what the escapes of a prefix stand for. */
    private final Map<String, List<Route>> byDecodedPrefix = new HashMap<>();

    private final boolean prefixesHaveEscapes;

    /** By name, of those that send where {@code Host} says. */
    private final Map<String, HostRoutes> fromHost = new HashMap<>();

    /** By name, of those that send where the scope of a request's own signature says. */
    private final Map<String, ScopeRoutes> fromScope = new HashMap<>();

    /** Compiles the table. */
    public RouteTable(Collection<Route> routes) {
        this.routes = List.copyOf(routes);
        for (Route route : routes) {
            RouteConfig.Sending sending = route.config().sending();
            sending.byHost().ifPresent(choice -> fromHost.put(route.name(), new HostRoutes(route, choice)));
            sending.byScope().ifPresent(choice -> fromScope.put(route.name(), new ScopeRoutes(route, choice)));
            String prefix = key(route.config().match().pathPrefix());
            byPrefix.computeIfAbsent(prefix, p -> new ArrayList<>()).add(route);
            byDecodedPrefix
                    .computeIfAbsent(OtherReadings.decode(prefix), p -> new ArrayList<>())
                    .add(route);
        }
        byPrefix.values().forEach(RouteTable::sort);
        byDecodedPrefix.values().forEach(RouteTable::sort);
        prefixesHaveEscapes = !byDecodedPrefix.keySet().equals(byPrefix.keySet());
    }

    /** The routes in order of appearance. */
    public List<Route> routes() {
        return routes;
    }

    /** Whether a route sends to the host that a request names, whatever its path and method. */
    public boolean sendTo(AskedHost host) {
        for (HostRoutes each : fromHost.values()) {
            if (each.sendsTo(host)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a route sends where {@code Host} says. */
    public boolean haveFromHost() {
        return !fromHost.isEmpty();
    }

    /** Whether it is known only by the scope of a request's own signature where a route sends. */
    public boolean needsScope(Route route) {
        return fromScope.containsKey(route.name());
    }

    /** A route that {@linkplain #needsScope needs the scope}, as it is for this one. */
    public RouteResult in(AskedScope scope, Route route) {
        return fromScope.get(route.name()).to(scope);
    }

    /**
     * Finds the route of a request; one that sends where {@code Host} says is returned as it is for that host, and one that
     * {@linkplain #needsScope needs the scope} as it is before that is known, so that nothing can be sent by it yet.
     *
     * @param path as sent, without query; escapes of unreserved characters match as what they stand for (RFC 3986
     *     section 6.2.2.2)
     */
    public RouteResult find(String method, AskedHost host, String path) {
        String decoded = UnreservedEscapes.decode(path);
        RouteResult result = find(byPrefix, method, host, decoded);
        for (String reading : OtherReadings.of(decoded)) {
            if (!result.equals(find(byPrefix, method, host, reading))) {
                return new RouteResult.NoRoute();
            }
        }
        // What @ is to one server, %40 is to another: /%40x must not walk around a rule for /@x, nor /@x around one for
        // /%40x.
        boolean sure = (decoded.indexOf('%') < 0 && !prefixesHaveEscapes)
                || result.equals(find(byDecodedPrefix, method, host, OtherReadings.decode(decoded)));
        return sure ? at(host, result) : new RouteResult.NoRoute();
    }

    /** Only once it is found, or the upstream of its host could be another one for another reading of the same path. */
    private RouteResult at(AskedHost host, RouteResult result) {
        if (!(result instanceof RouteResult.Found found)
                || !fromHost.containsKey(found.route().name())) {
            return result;
        }
        Optional<Route> there = fromHost.get(found.route().name()).to(host);
        return there.isPresent() ? new RouteResult.Found(there.get()) : new RouteResult.NoRoute();
    }

    private RouteResult find(Map<String, List<Route>> byPrefix, String method, AskedHost host, String path) {
        String prefix = path;
        while (true) {
            List<Route> candidates = byPrefix.get(key(prefix));
            if (candidates != null) {
                RouteResult result = among(candidates, method, host);
                if (!(result instanceof RouteResult.NoRoute)) {
                    return result;
                }
            }
            int slash = prefix.lastIndexOf('/');
            if (slash < 0) {
                return new RouteResult.NoRoute();
            }
            prefix = prefix.substring(0, slash);
        }
    }

    private RouteResult among(List<Route> candidates, String method, AskedHost host) {
        Set<String> allowed = null;
        for (Route candidate : candidates) {
            if (!serves(candidate, host)) {
                continue;
            }
            Set<String> methods = candidate.config().match().methods();
            if (methods.isEmpty() || methods.contains(method)) {
                return new RouteResult.Found(candidate);
            }
            if (allowed == null) {
                allowed = new TreeSet<>();
            }
            allowed.addAll(methods);
        }
        return allowed == null ? new RouteResult.NoRoute() : new RouteResult.MethodNotAllowed(allowed);
    }

    private boolean serves(Route route, AskedHost host) {
        if (!fromHost.isEmpty() && fromHost.containsKey(route.name())) {
            return fromHost.get(route.name()).sendsTo(host);
        }
        Set<String> hosts = route.config().match().hosts();
        return host.ours() && (hosts.isEmpty() || hosts.contains(host.name()));
    }

    /** A prefix without its trailing slash: {@code /} becomes the empty prefix, which every path has. */
    private static String key(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    private static void sort(List<Route> candidates) {
        candidates.sort((a, b) -> Integer.compare(generality(a), generality(b)));
    }

    private static int generality(Route route) {
        boolean everyHost = route.config().match().hosts().isEmpty()
                && route.config().sending().byHost().isEmpty();
        return (everyHost ? 2 : 0) + (route.config().match().methods().isEmpty() ? 1 : 0);
    }
}
