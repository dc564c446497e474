package io.countersign.proxy.route;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.failover.FailoverConfig;
import io.countersign.proxy.signing.SigningConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads a route that names several upstreams: what it is for each of them. Each is read as the whole route with that one upstream, so
 * that host, region and credentials are checked together, as they are for a route with one.
 */
final class UpstreamListReader {
    /** Each takes its time when all fail, and all have to fit into the time of one request. */
    private static final int MAX = 8;

    private static final String KEY = "upstream";
    private static final String FROM_HOST = "from-host";

    /** What an upstream may have of its own that is otherwise the route's. */
    private static final List<String> OWN = List.of("service", "region", "credentials");

    private final Section written;
    private final Function<Section, Optional<RouteConfig>> reader;

    /** @param reader of the route with one upstream */
    UpstreamListReader(Section written, Function<Section, Optional<RouteConfig>> reader) {
        this.written = written;
        this.reader = reader;
    }

    /** Empty after a fault. */
    Optional<RouteConfig> read(FailoverConfig failover) {
        List<Section> elements = written.elements(KEY, "url");
        if (elements.isEmpty() || elements.size() > MAX) {
            written.fault(KEY, "has " + elements.size() + " upstreams; write from 1 to " + MAX);
            return Optional.empty();
        }
        List<RouteConfig> ways = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            read(elements.get(i), i).ifPresent(ways::add);
        }
        if (ways.size() < elements.size() || !fitTogether(elements, ways)) {
            return Optional.empty();
        }
        RouteConfig first = ways.get(0);
        long maxBody =
                ways.stream().mapToLong(way -> way.conditions().maxBody()).min().orElseThrow();
        return Optional.of(
                ways.size() == 1
                        ? first
                        : first.with(maxBody, first.rewrite().headers())
                                .with(new RouteConfig.Sending.Standbys(ways.subList(1, ways.size()), failover)));
    }

    private Optional<RouteConfig> read(Section element, int index) {
        if (element.string("url").filter(FROM_HOST::equals).isPresent()) {
            element.fault(
                    "url",
                    "is from-host, which leaves the choice to each request, so it can't be one of several; name URLs, or"
                            + " write upstream = from-host alone");
            return Optional.empty();
        }
        ConfigObject upstream = element.object();
        ConfigObject route = written.object();
        for (String key : OWN) {
            if (element.has(key)) {
                route = route.withValue(key, upstream.get(key));
            }
            upstream = upstream.withoutKey(key);
        }
        Faults faults = new Faults();
        Optional<RouteConfig> read = reader.apply(written.apart(route.withValue(KEY, upstream), faults));
        faults.faults().forEach(fault -> written.faults().add(where(fault, element, index), fault.what()));
        List<ConfigFault> known = written.faults().warnings();
        faults.warnings().stream()
                .map(warning -> new ConfigFault(where(warning, element, index), warning.what()))
                .filter(warning -> !known.contains(warning))
                .forEach(warning -> written.faults().warn(List.of(warning)));
        return faults.any() ? Optional.empty() : read;
    }

    /** The place of what was read as if it were the route's only upstream. */
    private String where(ConfigFault fault, Section element, int index) {
        String one = "(" + written.path(KEY);
        String ofList = one + "[" + index + "]";
        String where = fault.where().replace(one + ")", ofList + ")").replace(one + ".", ofList + ".");
        for (String key : OWN) {
            if (element.has(key)) {
                where = where.replace("(" + written.path(key) + ")", ofList + "." + key + ")");
            }
        }
        return where;
    }

    /** Whether one request can go to any of them. */
    private boolean fitTogether(List<Section> elements, List<RouteConfig> ways) {
        boolean fit = true;
        for (int i = 1; i < ways.size(); i++) {
            RouteConfig way = ways.get(i);
            for (int other = 0; other < i; other++) {
                if (way.upstream().equals(ways.get(other).upstream())) {
                    elements.get(i).fault("url", "is the same upstream as " + written.path(KEY) + "[" + other + "]");
                    fit = false;
                }
            }
            if (!bodies(way).equals(bodies(ways.get(0)))) {
                elements.get(i)
                        .fault(
                                "url",
                                "is signed for " + service(way) + ", and " + written.path(KEY) + "[0] for "
                                        + service(ways.get(0))
                                        + ", which take bodies in another form; write upstreams of one"
                                        + " service, or two routes");
                fit = false;
            }
            if (way.delivery().webSocket() != ways.get(0).delivery().webSocket()) {
                elements.get(i)
                        .fault(
                                "url",
                                (way.delivery().webSocket() ? "carries" : "carries no") + " WebSockets, unlike "
                                        + written.path(KEY)
                                        + "[0]; write wss:// for all, or https:// for all");
                fit = false;
            }
        }
        return fit;
    }

    /** What decides on how a body is taken in, which is done before it is known where it goes. */
    private static List<Object> bodies(RouteConfig way) {
        return way.signing()
                .map(signing -> List.<Object>of(signing.payload(), signing.isS3()))
                .orElse(List.of());
    }

    private static String service(RouteConfig way) {
        return way.signing().map(SigningConfig::service).orElse("nothing");
    }
}
