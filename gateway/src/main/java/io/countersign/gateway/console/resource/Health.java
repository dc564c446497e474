package io.countersign.gateway.console.resource;

import io.countersign.gateway.console.api.Json;
import io.countersign.proxy.metrics.RouteReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Which routes have begun to fail, or have healed, since it was last asked. Confined to one stream. */
final class Health {
    private final Supplier<List<RouteReport>> reports;
    private final Map<String, State> known = new HashMap<>();
    private boolean begun;

    private record State(Optional<String> cause, Optional<Instant> since) {}

    Health(Supplier<List<RouteReport>> reports) {
        this.reports = reports;
    }

    /** Nothing at the first call. */
    List<Json> changes() {
        List<RouteReport> now = reports.get();
        known.keySet().retainAll(now.stream().map(RouteReport::route).toList());
        List<Json> changed = now.stream()
                .filter(report -> !state(report).equals(known.put(report.route(), state(report))))
                .filter(report -> begun)
                .map(Health::event)
                .toList();
        begun = true;
        return changed;
    }

    private static State state(RouteReport report) {
        return new State(
                report.run().filter(run -> run.holdingSince().isPresent()).map(RouteReport.Run::cause),
                report.run().flatMap(RouteReport.Run::holdingSince));
    }

    private static Json event(RouteReport report) {
        State state = state(report);
        return Json.object()
                .with("route", report.route())
                .with("failing", state.since().isPresent())
                .with("cause", state.cause())
                .with("since", state.since())
                .with("last_success", report.lastSuccess());
    }
}
