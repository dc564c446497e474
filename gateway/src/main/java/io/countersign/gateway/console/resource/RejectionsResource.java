package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.proxy.metrics.RouteReport;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** What last went wrong on each route, since when, and what was found out about it. */
final class RejectionsResource extends Reading {
    private final Supplier<List<RouteReport>> routes;

    RejectionsResource(Supplier<List<RouteReport>> routes) {
        super("rejections", Size.LARGE);
        this.routes = routes;
    }

    @Override
    protected Reply read(Call call) {
        List<RouteReport> met = routes.get().stream()
                .filter(route -> route.run().isPresent() || route.finding().isPresent())
                .sorted(Comparator.comparing(RouteReport::route))
                .toList();
        return Reply.of(Json.object().list("rejections", met, RejectionsResource::write));
    }

    private static void write(Json json, RouteReport report) {
        json.with("route", report.route()).with("last_success", report.lastSuccess());
        report.run()
                .ifPresent(run -> json.object(
                        "run",
                        inner -> inner.with("cause", run.cause())
                                .with("count", run.count())
                                .with("first", run.first())
                                .with("last", run.last())
                                .with("healed", run.healed())));
        report.finding()
                .ifPresent(found -> json.object(
                        "finding",
                        inner -> inner.with("time", found.at())
                                .with("upstream_id", found.requestId())
                                .with("cause", found.cause())
                                .with("credentials", found.signer().credentials())
                                .with("access_key_id", found.signer().accessKeyId())
                                .with("text", found.finding())));
    }
}
