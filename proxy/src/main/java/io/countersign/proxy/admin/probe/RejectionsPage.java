package io.countersign.proxy.admin.probe;

import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Resource;
import io.countersign.proxy.admin.http.Response;
import io.countersign.proxy.logging.OneLine;
import io.countersign.proxy.metrics.RouteReport;
import io.countersign.proxy.rejection.RecentRejections;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** {@code /rejections}: what last went wrong on each route, since when, and what was found out about it, one line for each route. */
final class RejectionsPage implements Resource {
    private final Supplier<List<RouteReport>> routes;

    RejectionsPage(Supplier<List<RouteReport>> routes) {
        this.routes = routes;
    }

    @Override
    public String path() {
        return "/rejections";
    }

    @Override
    public void handle(Request request, Consumer<Response> response) {
        StringJoiner lines = new StringJoiner("\n");
        lines.setEmptyValue("no route has met a rejection since start");
        routes.get().stream()
                .filter(route -> route.run().isPresent() || route.finding().isPresent())
                .sorted(Comparator.comparing(RouteReport::route))
                .forEach(route -> lines.add(line(route)));
        response.accept(Response.text(HttpResponseStatus.OK, lines.toString()));
    }

    private static String line(RouteReport route) {
        StringJoiner parts = new StringJoiner("; ", "route " + OneLine.of(route.route()) + ": ", "");
        route.run()
                .ifPresent(run -> parts.add(run.cause() + ", " + run.count() + " refused, first "
                        + seconds(run.first()) + ", last " + seconds(run.last()) + ", "
                        + run.healed().map(at -> "healed " + seconds(at)).orElse("not healed")));
        parts.add(route.lastSuccess().map(at -> "last 2xx " + seconds(at)).orElse("no 2xx since start"));
        route.finding().ifPresent(found -> parts.add(finding(found)));
        return parts.toString();
    }

    private static String finding(RecentRejections.Entry found) {
        return found.cause() + " at " + seconds(found.at()) + " (request " + found.requestId() + ", credentials "
                + OneLine.of(found.signer().credentials()) + ", access key id "
                + OneLine.of(found.signer().accessKeyId()) + "): " + OneLine.of(found.finding());
    }

    private static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
