package io.countersign.proxy.admission;

import io.countersign.proxy.caller.Attribution;
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
 * @param fields to set and leave out on the way upstream
 * @param maxBody bytes of the largest body, if that is less than the route takes; empty: what the route takes
 * @param attribution what is known of the caller beyond its connection
 */
public record Terms(
        Optional<Set<String>> routes,
        Optional<String> credentials,
        Fields fields,
        OptionalLong maxBody,
        Attribution attribution) {
    /** Those of the route. */
    public static final Terms OF_THE_ROUTE =
            new Terms(Optional.empty(), Optional.empty(), Fields.NONE, OptionalLong.empty(), Attribution.NONE);

    /**
     * Header fields of what goes upstream.
     *
     * @param set in place of what the client or the route says under these names
     * @param removed names of fields of the client that are left out
     * @param inResponse what every response to the request says besides, whoever makes it
     */
    public record Fields(List<RouteConfig.SetHeader> set, Set<String> removed, List<RouteConfig.SetHeader> inResponse) {
        /** As the client, the route and the upstream have them. */
        public static final Fields NONE = new Fields(List.of(), Set.of(), List.of());

        public Fields {
            set = List.copyOf(set);
            removed = Set.copyOf(removed);
            inResponse = List.copyOf(inResponse);
        }

        private Fields and(Fields further) {
            if (further.equals(NONE)) {
                return this;
            }
            if (equals(NONE)) {
                return further;
            }
            Set<String> all = new HashSet<>(removed);
            all.addAll(further.removed);
            return new Fields(
                    RouteTerms.replacing(set, further.set), all, RouteTerms.replacing(inResponse, further.inResponse));
        }
    }

    public Terms {
        routes = routes.map(Set::copyOf);
    }

    /** The same for these routes alone. */
    public Terms onlyRoutes(Set<String> names) {
        return new Terms(both(routes, Optional.of(names)), credentials, fields, maxBody, attribution);
    }

    /** The same, signed with credentials of that name. */
    public Terms signedWith(String name) {
        return new Terms(routes, Optional.of(name), fields, maxBody, attribution);
    }

    /** The same with these fields set. */
    public Terms setting(List<RouteConfig.SetHeader> set) {
        return new Terms(routes, credentials, fields.and(new Fields(set, Set.of(), List.of())), maxBody, attribution);
    }

    /** The same without these fields of the client. */
    public Terms removing(String... names) {
        return new Terms(
                routes, credentials, fields.and(new Fields(List.of(), Set.of(names), List.of())), maxBody, attribution);
    }

    /** The same, and every response says this besides. */
    public Terms responding(List<RouteConfig.SetHeader> inResponse) {
        return new Terms(
                routes, credentials, fields.and(new Fields(List.of(), Set.of(), inResponse)), maxBody, attribution);
    }

    /** The same for bodies of at most so many bytes. */
    public Terms withMaxBody(long bytes) {
        return new Terms(routes, credentials, fields, smaller(maxBody, OptionalLong.of(bytes)), attribution);
    }

    /** The same, with what has been learnt about the caller. */
    public Terms attributedTo(Attribution found) {
        return new Terms(routes, credentials, fields, maxBody, attribution.and(found));
    }

    /** Whether what goes upstream differs from what the route alone would send. */
    boolean changeTheRoute() {
        return credentials.isPresent() || maxBody.isPresent() || !fields.set.isEmpty() || !fields.removed.isEmpty();
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
                fields.and(further.fields),
                smaller(maxBody, further.maxBody),
                attribution.and(further.attribution));
    }

    private static Optional<Set<String>> both(Optional<Set<String>> some, Optional<Set<String>> others) {
        if (some.isEmpty() || others.isEmpty()) {
            return some.or(() -> others);
        }
        if (others.get().containsAll(some.get())) {
            return some;
        }
        Set<String> common = new HashSet<>(some.get());
        common.retainAll(others.get());
        return Optional.of(common);
    }

    private static OptionalLong smaller(OptionalLong one, OptionalLong other) {
        return one.isEmpty() || (other.isPresent() && other.getAsLong() < one.getAsLong()) ? other : one;
    }
}
