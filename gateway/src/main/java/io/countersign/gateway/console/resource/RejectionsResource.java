package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.proxy.metrics.RouteReport;
import io.countersign.proxy.rejection.Comparison;
import io.countersign.proxy.rejection.RecentRejections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
        report.finding().ifPresent(found -> json.object("finding", inner -> write(inner, found)));
    }

    private static void write(Json json, RecentRejections.Entry found) {
        json.with("time", found.at())
                .with("id", found.requestId())
                .with("cause", found.cause())
                .with("credentials", found.signer().credentials())
                .with("access_key_id", found.signer().accessKeyId())
                .with("text", found.finding());
        found.comparison().ifPresent(compared -> json.object("comparison", inner -> write(inner, compared)));
    }

    private static void write(Json json, Comparison compared) {
        json.texts(
                        "sent_back",
                        compared.sentBack().stream()
                                .sorted()
                                .map(RejectionsResource::word)
                                .toList())
                .list(
                        "parts",
                        compared.parts(),
                        (inner, part) -> inner.with("of", word(part.text()))
                                .with("name", part.name())
                                .with("ours", part.ours())
                                .with("aws", part.aws())
                                .with("differs", part.differs()))
                .with("left_out", compared.leftOut());
    }

    private static String word(Comparison.Text text) {
        return text.name().toLowerCase(Locale.ROOT);
    }
}
