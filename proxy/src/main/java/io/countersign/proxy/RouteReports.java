package io.countersign.proxy;

import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.failover.Failover;
import io.countersign.proxy.metrics.RouteReport;
import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.rejection.RouteHealth;
import java.util.List;

/** How the routes in force fare: for metrics and {@code /rejections}. */
final class RouteReports {
    private RouteReports() {}

    static List<RouteReport> of(Snapshot snapshot, RecentRejections rejections) {
        return snapshot.routes().routes().stream()
                .map(route -> {
                    RouteHealth health = route.health();
                    return new RouteReport(
                            route.name(),
                            health.lastSuccess(),
                            health.run().map(RouteReports::run),
                            health.givenUp(),
                            rejections.of(route.name()),
                            route.state().failover().map(Failover::statuses).orElse(List.of()));
                })
                .toList();
    }

    private static RouteReport.Run run(RouteHealth.Run run) {
        return new RouteReport.Run(run.cause(), run.first(), run.last(), run.count(), run.since(), run.healed());
    }
}
