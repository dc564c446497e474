package io.countersign.proxy;

import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.route.RouteConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log which routes go through a proxy, and what named it: at start, and when that has changed. For one thread at a time. */
final class EgressReport {
    private static final Logger LOG = LoggerFactory.getLogger(EgressReport.class);

    /** Of routes in one line. */
    private static final int MAX_NAMES = 10;

    private List<String> said = List.of();

    /** Of a configuration that is in force from now on. */
    void report(List<RouteConfig> routes) {
        List<String> lines = lines(routes);
        if (!lines.equals(said)) {
            lines.forEach(LOG::info);
            if (lines.isEmpty()) {
                LOG.info("no route goes through a proxy any more");
            }
        }
        said = lines;
    }

    /** One for each proxy, and one for the routes that reach their hosts without the one that is there. */
    static List<String> lines(List<RouteConfig> routes) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (RouteConfig route : routes) {
            route.upstream()
                    .transport()
                    .egress()
                    .proxy()
                    .ifPresent(proxy -> names.computeIfAbsent(way(route, proxy), first -> new ArrayList<>())
                            .add(route.name()));
        }
        List<String> lines = new ArrayList<>();
        names.forEach((way, those) ->
                lines.add((those.size() == 1 ? "route " : those.size() + " routes ") + shown(those) + ": " + way));
        return lines;
    }

    private static String way(RouteConfig route, EgressProxy proxy) {
        if (route.upstream().proxy().isPresent()) {
            return "through the proxy " + proxy;
        }
        return "directly, since the upstream is this machine, or NO_PROXY names it";
    }

    private static String shown(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMES)));
        return names.size() > MAX_NAMES ? first + " and " + (names.size() - MAX_NAMES) + " more" : first;
    }
}
