package io.countersign.proxy.route;

import java.util.Set;

/** What looking for a route came to. */
public sealed interface RouteResult {
    /** This route takes the request. */
    record Found(Route route) implements RouteResult {}

    /**
     * This route takes the request, if it were not for the scope of the request's own signature, by which it would know where to send.
     *
     * @param why a clause that tells what is wrong with it, or with its absence
     */
    record OutOfScope(Route route, String why) implements RouteResult {}

    /** No route has a prefix of this path (and this host). */
    record NoRoute() implements RouteResult {}

    /** @param allowed methods that the matching routes take, upper case */
    record MethodNotAllowed(Set<String> allowed) implements RouteResult {}
}
