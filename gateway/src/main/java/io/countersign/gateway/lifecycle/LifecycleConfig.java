package io.countersign.gateway.lifecycle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lives of all routes. */
public record LifecycleConfig(List<RouteLife> routes) {
    public LifecycleConfig {
        routes = List.copyOf(routes);
    }

    /** By the route's name. */
    public Map<String, RouteLife> byName() {
        Map<String, RouteLife> all = new LinkedHashMap<>();
        routes.forEach(life -> all.put(life.route(), life));
        return all;
    }

    /** That of one route. */
    public Optional<RouteLife> of(String route) {
        return routes.stream().filter(life -> life.route().equals(route)).findFirst();
    }
}
