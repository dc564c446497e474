package io.countersign.gateway.lifecycle;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lives of all routes. */
public record LifecycleConfig(List<RouteLife> routes) {
    public LifecycleConfig {
        routes = List.copyOf(routes);
    }

    /** Those that are deprecated or retired, by the route's name. */
    Map<String, RouteLife> endingByName() {
        Map<String, RouteLife> all = new LinkedHashMap<>();
        routes.stream()
                .filter(life -> life.state() == State.DEPRECATED || life.state() == State.RETIRED)
                .forEach(life -> all.put(life.route(), life));
        return Collections.unmodifiableMap(all);
    }

    /** That of one route. */
    public Optional<RouteLife> of(String route) {
        return routes.stream().filter(life -> life.route().equals(route)).findFirst();
    }
}
