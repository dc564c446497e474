package io.countersign.proxy.telemetry;

import io.countersign.proxy.config.NearestKey;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.metrics.MetricsLevel;
import io.countersign.proxy.route.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code metrics} and {@code telemetry}. */
public final class TelemetryReader {
    private static final Map<String, MetricsLevel> LEVELS =
            Map.of("basic", MetricsLevel.BASIC, "full", MetricsLevel.FULL);

    private TelemetryReader() {}

    /**
     * Reads both sections of {@code root}.
     *
     * @param routes those that there are
     */
    public static TelemetryConfig read(Section root, List<RouteConfig> routes, UnknownKeys unknown) {
        Section metrics = root.section("metrics");
        MetricsLevel level = metrics.choice("level", LEVELS);
        metrics.rejectUnknown(unknown);
        Section telemetry = root.section("telemetry");
        Optional<TelemetryConfig.Push> push = push(telemetry.section("push"), routes, unknown);
        telemetry.rejectUnknown(unknown);
        return new TelemetryConfig(level == null ? MetricsLevel.FULL : level, push);
    }

    private static Optional<TelemetryConfig.Push> push(Section push, List<RouteConfig> routes, UnknownKeys unknown) {
        Optional<Setting> route = push.text("route");
        Duration every = push.duration("every", Duration.ofSeconds(1), Duration.ofHours(1));
        String path = push.string("path").orElse("");
        if (!path.matches("/[A-Za-z0-9._~/-]{0,200}")) {
            push.fault("path", "begins with a slash and has letters, digits and . _ ~ / - alone, such as /v1/metrics");
        }
        push.rejectUnknown(unknown);
        List<String> names = routes.stream().map(RouteConfig::name).toList();
        route.filter(name -> !names.contains(name.text()))
                .ifPresent(name -> push.fault(
                        "route", "there is no route " + name.quoted() + NearestKey.hint(name.text(), names)));
        route.filter(name -> routes.stream()
                        .anyMatch(each -> each.name().equals(name.text())
                                && each.sending().choice().isPresent()))
                .ifPresent(name -> push.fault(
                        "route",
                        name.quoted()
                                + " sends where each request says, and metrics say nothing of it; name a route that"
                                + " has the URL"));
        return route.map(name -> new TelemetryConfig.Push(name.text(), every, path));
    }
}
