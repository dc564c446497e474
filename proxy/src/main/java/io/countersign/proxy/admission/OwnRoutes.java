package io.countersign.proxy.admission;

import io.countersign.proxy.route.AskedHost;
import io.countersign.proxy.route.RouteResult;
import io.countersign.proxy.route.RouteTable;
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
        return routes.find(method, host, head.target().path());
    }

    private boolean isOwn(RouteResult found) {
        return found instanceof RouteResult.Found one
                && terms.routes().get().contains(one.route().name());
    }

    /** A client learns which methods its own routes take, and nothing of others'. */
    private RouteResult own(RouteResult.MethodNotAllowed other) {
        Set<String> own = new TreeSet<>(other.allowed());
        own.removeIf(method -> !isOwn(any(method)));
        return own.isEmpty() ? new RouteResult.NoRoute() : new RouteResult.MethodNotAllowed(own);
    }
}
