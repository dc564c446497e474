package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.upstream.Upstream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a route that leaves the choice to each request is for each host, made once. Whether a host may be chosen, whoever asks has decided.
 * Safe from any thread.
 */
final class ChosenRoutes {
    private final Route route;

    /** As many as there are upstreams: those whose upstream was let go are dropped when another one is made. */
    private final Map<String, Route> made = new ConcurrentHashMap<>();

    ChosenRoutes(Route route) {
        this.route = route;
    }

    /** Whether it was made for this host before, and so may be chosen. */
    boolean has(String host) {
        return made.containsKey(host);
    }

    /** The route to this host; empty where it was not made, or the host was let go since. */
    Optional<Route> known(String host) {
        Route known = made.get(host);
        // Asked for each time, since that is what keeps it among the upstreams.
        return known != null && route.upstream().at(host) == known.upstream() ? Optional.of(known) : Optional.empty();
    }

    /** The route to this host. */
    Route to(String host, AwsEndpoint endpoint) {
        return known(host).orElseGet(() -> make(host, endpoint));
    }

    private Route make(String host, AwsEndpoint endpoint) {
        Upstream upstream = route.upstream().at(host);
        RouteConfig config = route.config().to(upstream.config(), endpoint);
        Optional<Route.Signing> signing = route.signing().map(shared -> {
            SigningConfig how = config.signing().orElseThrow();
            return new Route.Signing(how, SignatureForm.of(how), shared.credentials(), shared.clock());
        });
        Route there = new Route(config, upstream, signing, route.state());
        made.values().removeIf(each -> each.upstream().isRetired());
        made.put(host, there);
        return there;
    }
}
