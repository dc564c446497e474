package io.countersign.proxy.admission;

import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.route.Route;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The routes of one snapshot on narrower terms, each made once: the terms of guards are those of their configuration, so requests come with
 * few different ones. Safe from any thread.
 */
public final class NarrowedRoutes {
    /** Far more than tenants times routes; past it they are made for each request. */
    private static final int MAX = 10_000;

    private final Map<Key, Route> made = new ConcurrentHashMap<>();

    /** All that {@link RouteTerms} goes by. Credentials of one name are the same within a snapshot. */
    private record Key(
            String route, String upstream, Optional<String> credentials, Terms.Fields fields, OptionalLong maxBody) {}

    /** @param credentials that the terms name; empty where they name none */
    Route on(Terms terms, Route route, Optional<NamedCredentials> credentials) {
        Key key = new Key(
                route.name(),
                route.authority(),
                credentials.flatMap(found -> terms.credentials()),
                terms.fields(),
                terms.maxBody());
        Route known = made.get(key);
        // The host of a route that sends where Host says may have been let go since, and have got another upstream.
        if (known != null && known.upstream() == route.upstream()) {
            return known;
        }
        Route narrowed = RouteTerms.apply(terms, route, credentials);
        if (known != null || made.size() < MAX) {
            made.put(key, narrowed);
        }
        return narrowed;
    }
}
