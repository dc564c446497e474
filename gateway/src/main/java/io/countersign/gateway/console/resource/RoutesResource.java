package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.proxy.Host;
import io.countersign.proxy.metrics.RouteReport;
import io.countersign.proxy.metrics.Sample;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Each route as it acts, how it fares, and what went through it, by the very counters of {@code /metrics}. */
final class RoutesResource extends Reading {
    private static final String REQUESTS = "countersign_requests";
    private static final String DURATION = "countersign_request_duration_seconds";

    /** Shown as they are, one number for each route. */
    private static final List<String> COUNTERS = List.of(
            "countersign_request_bytes", "countersign_response_bytes", "countersign_resends", "countersign_incomplete");

    private static final String KEPT_DATA = "countersign_kept_data";
    private static final String WEBSOCKETS_OPEN = "countersign_websockets_open";
    private static final String WEBSOCKETS_CLOSED = "countersign_websockets_closed";

    private final Host host;

    RoutesResource(Host host) {
        super("routes", Size.LARGE);
        this.host = host;
    }

    @Override
    protected Reply read(Call call) {
        Map<String, RouteReport> reports = host.inside().state().routes().get().stream()
                .collect(Collectors.toMap(RouteReport::route, Function.identity()));
        Map<String, Boolean> canSign = host.inside().state().canSign().get();
        Set<String> wanted = new TreeSet<>(COUNTERS);
        wanted.addAll(List.of(REQUESTS, DURATION, KEPT_DATA, WEBSOCKETS_OPEN, WEBSOCKETS_CLOSED));
        Map<String, List<Sample>> samples = new HashMap<>(host.inside().metrics().samples(wanted::contains).stream()
                .collect(Collectors.groupingBy(sample -> sample.label("route"))));
        return Reply.of(Json.object().list("routes", host.snapshot().routes().routes(), (json, route) -> {
            acting(json, route);
            Optional.ofNullable(canSign.get(route.name())).ifPresent(able -> json.with("can_sign", able));
            Optional.ofNullable(reports.get(route.name()))
                    .ifPresent(report -> json.object("health", inner -> health(inner, report, route)));
            json.object("counts", inner -> counts(inner, samples.getOrDefault(route.name(), List.of())));
        }));
    }

    private static void acting(Json json, Route route) {
        RouteConfig config = route.config();
        json.with("name", config.name())
                .with("path_prefix", config.match().pathPrefix())
                .texts("methods", new TreeSet<>(config.match().methods()))
                .texts("hosts", new TreeSet<>(config.match().hosts()))
                .with("strip_prefix", config.rewrite().stripPrefix())
                .with("upstream", upstream(route))
                .with("auth", config.signing().isPresent() ? "sigv4" : "none");
        signed(json, config);
        json.with("websocket", config.delivery().webSocket())
                .with("on_failure", config.delivery().failure().mode())
                .with("body_limit_bytes", config.conditions().maxBody())
                .with("policies", config.conditions().policies().documents().size());
    }

    /** How requests are signed; nothing where they are not. */
    private static void signed(Json json, RouteConfig config) {
        config.signing()
                .ifPresent(signing -> json.with("service", signing.service())
                        .with("region", signing.isAsymmetric() ? signing.regions() : signing.region())
                        .with("signature", signing.isAsymmetric() ? "v4a" : "v4")
                        .with("credentials", signing.credentials()));
    }

    /** As the configuration has it where each request says where it goes. */
    private static String upstream(Route route) {
        RouteConfig.Sending sending = route.config().sending();
        if (sending.byScope().isPresent()) {
            return "from-scope";
        }
        return sending.byHost().isPresent() ? "from-host" : route.upstream().toString();
    }

    private static void health(Json json, RouteReport report, Route route) {
        json.with("last_success", report.lastSuccess());
        report.run()
                .ifPresent(run -> json.with("holding_since", run.holdingSince())
                        .with("cause", run.cause())
                        .with("failures", run.count())
                        .with("last_failure", run.last())
                        .with("healed", run.healed()));
        json.with("given_up", report.givenUp());
        if (!report.upstreams().isEmpty()) {
            Iterator<Route> ways = route.ways().iterator();
            json.list("upstreams", report.upstreams(), (one, upstream) -> {
                one.with("upstream", upstream.upstream())
                        .with("breaker", upstream.condition())
                        .with("in_use", upstream.inUse())
                        .with("requests", upstream.requests());
                // In the same order, unless a reload has come between the two.
                if (ways.hasNext()) {
                    signed(one, ways.next().config());
                }
                one.list(
                        "moves",
                        new TreeMap<>(upstream.moved()).entrySet(),
                        (move, each) -> move.with("cause", each.getKey()).with("count", each.getValue()));
            });
        }
    }

    private static void counts(Json json, List<Sample> samples) {
        Map<String, Double> byStatus = new TreeMap<>();
        double keptData = 0;
        double webSocketsClosed = 0;
        Map<String, Double> others = new HashMap<>();
        for (Sample each : samples) {
            if (each.name().equals(REQUESTS + "_total")) {
                byStatus.put(each.label("code"), each.value());
            } else if (each.name().equals(KEPT_DATA + "_total")) {
                keptData += each.value();
            } else if (each.name().equals(WEBSOCKETS_CLOSED + "_total")) {
                webSocketsClosed += each.value();
            } else if (!each.labels().containsKey("le")) {
                others.put(each.name(), each.value());
            }
        }
        json.number(
                        "requests",
                        byStatus.values().stream().mapToDouble(each -> each).sum())
                .list(
                        "by_status",
                        byStatus.entrySet(),
                        (inner, each) -> inner.with("status", each.getKey()).number("count", each.getValue()))
                .number("kept_data", keptData)
                .number("websockets_open", others.getOrDefault(WEBSOCKETS_OPEN, 0.0))
                .number("websockets_closed", webSocketsClosed);
        COUNTERS.forEach(name ->
                json.number(name.substring("countersign_".length()), others.getOrDefault(name + "_total", 0.0)));
        json.number("duration_seconds_sum", others.getOrDefault(DURATION + "_sum", 0.0))
                .number("duration_seconds_count", others.getOrDefault(DURATION + "_count", 0.0));
        json.list(
                "duration_seconds_buckets",
                samples.stream().filter(each -> each.labels().containsKey("le")).toList(),
                (inner, each) -> inner.with("at_most", each.label("le")).number("count", each.value()));
    }
}
