package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.upstream.Upstream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a route that sends where {@code Host} says is for each host. The table of AWS services decides which hosts there are, by their
 * whole name; service and region follow from it. Safe from any thread.
 */
final class HostRoutes {
    /** RFC 1035 section 2.3.4. */
    private static final int MAX_NAME = 253;

    private final Route route;

    /** As many as there are upstreams: those whose upstream was let go are dropped when another one is made. */
    private final Map<String, Route> made = new ConcurrentHashMap<>();

    HostRoutes(Route route) {
        this.route = route;
    }

    /** Whether the route sends to this host. */
    boolean sendsTo(AskedHost host) {
        return host.isUsualPort()
                && (made.containsKey(host.name()) || endpoint(host.name()).isPresent());
    }

    /** The route to this host; empty where it sends nothing there. */
    Optional<Route> to(AskedHost host) {
        if (!host.isUsualPort()) {
            return Optional.empty();
        }
        Route known = made.get(host.name());
        // Asked for each time, since that is what keeps it among the upstreams.
        if (known != null && route.upstream().at(host.name()) == known.upstream()) {
            return Optional.of(known);
        }
        return endpoint(host.name()).map(endpoint -> make(host.name(), endpoint));
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

    private Optional<AwsEndpoint> endpoint(String host) {
        if (host.length() > MAX_NAME || !isAmong(host)) {
            return Optional.empty();
        }
        Optional<SigningConfig> narrowed = route.config().signing();
        return AwsEndpoint.of(host)
                .filter(endpoint -> route.config().sending().services().containsKey(endpoint.service()))
                .filter(endpoint -> narrowed.isEmpty() || narrowed.get().mayBeFor(endpoint));
    }

    private boolean isAmong(String host) {
        return route.config().match().hosts().isEmpty()
                || route.config().match().hosts().contains(host);
    }
}
