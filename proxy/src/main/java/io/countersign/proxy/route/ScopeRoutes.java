package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/** What a route that sends where the scope of each request's own signature says is for each of them. Safe from any thread. */
final class ScopeRoutes {
    private final Route route;
    private final Choice.ByScope choice;
    private final ChosenRoutes routes;

    ScopeRoutes(Route route, Choice.ByScope choice) {
        this.route = route;
        this.choice = choice;
        this.routes = new ChosenRoutes(route);
    }

    RouteResult to(AskedScope scope) {
        if (!choice.services().containsKey(scope.service())) {
            return none("it is signed for the service " + scope.service() + ", and the route sends to "
                    + list(choice.services().keySet()));
        }
        Optional<String> region = scope.region().or(this::only);
        if (region.isEmpty()) {
            return none("its signature names no single region, and the route has several: "
                    + String.join(", ", choice.regions()));
        }
        AwsEndpoint endpoint = new AwsEndpoint(scope.service(), region.get());
        String host = choice.hosts().get(endpoint);
        return host == null
                ? none("it is signed for the region " + region.get() + ", and the route sends to "
                        + String.join(", ", choice.regions()))
                : new RouteResult.Found(routes.to(host, endpoint));
    }

    private Optional<String> only() {
        return choice.regions().size() == 1 ? Optional.of(choice.regions().get(0)) : Optional.empty();
    }

    private RouteResult none(String why) {
        return new RouteResult.OutOfScope(route, why);
    }

    private static String list(Collection<String> names) {
        return String.join(", ", new TreeSet<>(names));
    }
}
