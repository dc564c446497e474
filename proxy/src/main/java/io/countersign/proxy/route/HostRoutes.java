package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.signing.SigningConfig;
import java.util.Optional;

/**
 * What a route that sends where {@code Host} says is for each host. The route's list and the table of AWS services decide which hosts there
 * are, by their whole name; service and region follow from it. Safe from any thread.
 */
final class HostRoutes {
    /** RFC 1035 section 2.3.4. */
    private static final int MAX_NAME = 253;

    private final Choice.ByHost choice;
    private final Optional<SigningConfig> narrowed;
    private final ChosenRoutes routes;

    HostRoutes(Route route, Choice.ByHost choice) {
        this.choice = choice;
        this.narrowed = route.config().signing();
        this.routes = new ChosenRoutes(route);
    }

    /** Whether the route sends to this host. */
    boolean sendsTo(AskedHost host) {
        return host.isUsualPort()
                && (routes.has(host.name()) || endpoint(host.name()).isPresent());
    }

    /** The route to this host; empty where it sends nothing there. */
    Optional<Route> to(AskedHost host) {
        if (!host.isUsualPort()) {
            return Optional.empty();
        }
        Optional<Route> known = routes.known(host.name());
        return known.isPresent() ? known : endpoint(host.name()).map(endpoint -> routes.to(host.name(), endpoint));
    }

    private Optional<AwsEndpoint> endpoint(String host) {
        if (host.length() > MAX_NAME || !choice.isListed(host)) {
            return Optional.empty();
        }
        return AwsEndpoint.of(host)
                .filter(endpoint -> choice.services().containsKey(endpoint.service()))
                .filter(endpoint -> narrowed.isEmpty() || narrowed.get().mayBeFor(endpoint));
    }
}
