package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.overview.Overview;
import io.countersign.proxy.held.Agent;
import io.countersign.proxy.held.HeldData;
import io.countersign.proxy.held.HeldRun;
import io.countersign.proxy.held.Horizon;
import io.countersign.proxy.held.Horizons;
import io.countersign.proxy.metrics.RouteReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What agents hold back, why, and how long they still can; and what arrives on each route. */
final class HeldResource extends Reading {
    private final HeldData held;
    private final Supplier<Horizons> horizons;
    private final Supplier<List<RouteReport>> routes;
    private final Overview overview;

    /**
     * Shows it.
     *
     * @param horizons those of the configuration in force
     * @param overview knows what arrives
     */
    HeldResource(HeldData held, Supplier<Horizons> horizons, Supplier<List<RouteReport>> routes, Overview overview) {
        super("held", Size.LARGE);
        this.held = held;
        this.horizons = horizons;
        this.routes = routes;
        this.overview = overview;
    }

    /** Callers that send alike, and are held up for the same cause. */
    private record Alike(
            Agent agent, Optional<String> userAgent, Optional<String> route, Optional<String> tenant, String cause) {}

    private record Group(Alike what, Instant since, Instant last, long requests, int callers) {
        private static Group of(HeldRun run) {
            HeldRun.Sender sender = run.sender();
            return new Group(
                    new Alike(sender.agent(), sender.userAgent(), sender.route(), sender.tenant(), run.cause()),
                    run.since(),
                    run.last(),
                    run.requests(),
                    1);
        }

        private Group and(Group other) {
            return new Group(
                    what,
                    since.isBefore(other.since) ? since : other.since,
                    last.isAfter(other.last) ? last : other.last,
                    requests + other.requests,
                    callers + other.callers);
        }

        /** Seconds until the first of them loses data; never negative. */
        private Optional<Long> left(Horizons horizons, Instant now) {
            return horizons.of(what.agent())
                    .lasts()
                    .map(lasts -> Math.max(
                            0, lasts.minus(Duration.between(since, now)).toSeconds()));
        }
    }

    @Override
    protected Reply read(Call call) {
        Horizons lasts = horizons.get();
        Map<Alike, Group> groups = new HashMap<>();
        held.runs(call.at()).stream().map(Group::of).forEach(group -> groups.merge(group.what(), group, Group::and));
        List<Group> sorted = groups.values().stream()
                .sorted(Comparator.<Group>comparingLong(
                                group -> group.left(lasts, call.at()).orElse(Long.MAX_VALUE))
                        .thenComparing(Group::since))
                .toList();
        Map<String, Double> rates = overview.acknowledgedRates();
        return Reply.of(Json.object()
                .list("held", sorted, (json, group) -> group(json, group, lasts, call.at()))
                .with("uncounted", held.uncounted())
                .list("routes", routes.get(), (json, report) -> route(json, report, rates)));
    }

    private static void group(Json json, Group group, Horizons horizons, Instant now) {
        Horizon horizon = horizons.of(group.what().agent());
        json.with("agent", group.what().agent().label())
                .with("user_agent", group.what().userAgent())
                .with("route", group.what().route())
                .with("tenant", group.what().tenant())
                .with("cause", group.what().cause())
                .with("since", group.since())
                .with("last", group.last())
                .with("requests", group.requests())
                .with("callers", group.callers())
                .with("horizon", horizon.kind().label())
                .with("horizon_seconds", horizon.lasts().map(Duration::toSeconds))
                .with("left_seconds", group.left(horizons, now));
    }

    private static void route(Json json, RouteReport report, Map<String, Double> rates) {
        json.with("route", report.route())
                .number("acknowledged_per_second", rates.getOrDefault(report.route(), 0.0))
                .with("last_success", report.lastSuccess());
        report.run()
                .filter(run -> run.holdingSince().isPresent())
                .ifPresent(run -> json.with("holding_since", run.holdingSince()).with("cause", run.cause()));
    }
}
