package io.countersign.proxy.admission;

import io.countersign.proxy.route.RouteConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * On which terms a request may go on: narrower than those of its route, or the same.
 *
 * @param routes names of the routes that it may take; empty: any
 * @param credentials name of the credentials to sign with; empty: the route's
 * @param headers fields to set on what goes upstream, in the place of what the client or the route says under these names
 * @param maxBody bytes of the largest body, if that is less than the route takes; empty: what the route takes
 */
public record Terms(
        Optional<Set<String>> routes,
        Optional<String> credentials,
        List<RouteConfig.SetHeader> headers,
        OptionalLong maxBody) {
    /** Those of the route. */
    public static final Terms OF_THE_ROUTE =
            new Terms(Optional.empty(), Optional.empty(), List.of(), OptionalLong.empty());

    public Terms {
        routes = routes.map(Set::copyOf);
        headers = List.copyOf(headers);
    }

    /** Both these terms and further ones: the narrower counts, and on credentials and fields the later has the last word. */
    Terms and(Terms further) {
        if (further.equals(OF_THE_ROUTE)) {
            return this;
        }
        if (equals(OF_THE_ROUTE)) {
            return further;
        }
        return new Terms(
                both(routes, further.routes),
                further.credentials.or(() -> credentials),
                RouteTerms.replacing(headers, further.headers),
                smaller(maxBody, further.maxBody));
    }

    private static Optional<Set<String>> both(Optional<Set<String>> some, Optional<Set<String>> others) {
        if (some.isEmpty() || others.isEmpty()) {
            return some.or(() -> others);
        }
        Set<String> common = new HashSet<>(some.get());
        common.retainAll(others.get());
        return Optional.of(common);
    }

    private static OptionalLong smaller(OptionalLong one, OptionalLong other) {
        return one.isEmpty() || (other.isPresent() && other.getAsLong() < one.getAsLong()) ? other : one;
    }
}
