package io.countersign.proxy.admission;

import io.countersign.proxy.route.AskedHost;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteResult;
import io.countersign.proxy.route.RouteTable;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The routes that one request may take. One that its terms leave out is as if it were not there; a wider one does not take its requests
 * instead.
 */
record OwnRoutes(RouteTable routes, Terms terms, Head head, AskedHost host) {
    RouteResult find(String method) {
        RouteResult found = any(method);
        if (terms.routes().isEmpty() || isOwn(found)) {
            return found;
        }
        return found instanceof RouteResult.MethodNotAllowed other ? own(other) : new RouteResult.NoRoute();
    }

    private RouteResult any(String method) {
        RouteResult found = routes.find(method, host, head.target().path());
        return found instanceof RouteResult.Found one && routes.needsScope(one.route()) ? inScope(one.route()) : found;
    }

    private RouteResult inScope(Route route) {
        CallerScope said = CallerScope.read(head.fields());
        if (said instanceof CallerScope.Named named) {
            return routes.in(named.asked(), route);
        }
        return new RouteResult.OutOfScope(
                route,
                said instanceof CallerScope.Malformed malformed
                        ? malformed.why()
                        : "it has none in its Authorization: let the client sign, with any keys");
    }

    private boolean isOwn(RouteResult found) {
        Optional<Route> route = found instanceof RouteResult.Found one
                ? Optional.of(one.route())
                : found instanceof RouteResult.OutOfScope out ? Optional.of(out.route()) : Optional.empty();
        return route.filter(one -> terms.routes().get().contains(one.name())).isPresent();
    }

    /** A client learns which methods its own routes take, and nothing of others'. */
    private RouteResult own(RouteResult.MethodNotAllowed other) {
        Set<String> own = new TreeSet<>(other.allowed());
        own.removeIf(method -> !isOwn(any(method)));
        return own.isEmpty() ? new RouteResult.NoRoute() : new RouteResult.MethodNotAllowed(own);
    }
}
