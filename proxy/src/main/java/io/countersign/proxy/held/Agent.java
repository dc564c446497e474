package io.countersign.proxy.held;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The agents that are known by their {@code User-Agent}, and how long each keeps data at its default settings: the one table of
 * that. docs/AGENTS.md shows the same with the sources, and a test compares the two. The first that fits is the one.
 */
@SuppressWarnings("ImmutableEnumChecker") // what it tests by holds strings alone
public enum Agent {
    PROMETHEUS(begins("prometheus/"), Horizon.of(Horizon.Kind.WAL, Duration.ofHours(2))),
    VMAGENT(begins("vmagent"), Horizon.withoutTime(Horizon.Kind.DISK)),
    ALLOY_LOGS(begins("alloy/"), "/loki/api/v1/push", Horizon.of(Horizon.Kind.RETRIES, Duration.ofMinutes(8))),
    ALLOY_METRICS(begins("alloy/"), Horizon.of(Horizon.Kind.WAL, Duration.ofHours(8))),
    GRAFANA_AGENT_LOGS(
            begins("grafanaagent/"), "/loki/api/v1/push", Horizon.of(Horizon.Kind.RETRIES, Duration.ofMinutes(8))),
    GRAFANA_AGENT_METRICS(begins("grafanaagent/"), Horizon.of(Horizon.Kind.WAL, Duration.ofHours(4))),
    PROMTAIL(begins("promtail/"), Horizon.of(Horizon.Kind.RETRIES, Duration.ofMinutes(8))),
    OTEL_COLLECTOR(
            // A build describes itself as it likes; Alloy contains a Collector.
            holds(
                    "opentelemetry collector",
                    "opentelemetry-collector",
                    "otel collector",
                    "otel-collector",
                    "otelcol",
                    "grafana alloy/"),
            Horizon.of(Horizon.Kind.RETRIES, Duration.ofMinutes(5))),
    OTEL_SDK(
            holds("otel-otlp-exporter-", "otel otlp exporter "),
            Horizon.of(Horizon.Kind.RETRIES, Duration.ofSeconds(10))),
    FLUENT_BIT(begins("fluent-bit"), Horizon.of(Horizon.Kind.RETRIES, Duration.ofSeconds(10))),
    TELEGRAF(begins("telegraf/"), Horizon.withoutTime(Horizon.Kind.BUFFER)),
    SYSLOG_NG(begins("syslog-ng"), Horizon.withoutTime(Horizon.Kind.BUFFER)),
    COLLECTD(begins("collectd/"), Horizon.of(Horizon.Kind.NONE, Duration.ZERO)),
    UNKNOWN(agent -> true, Horizon.withoutTime(Horizon.Kind.UNKNOWN));

    private final Predicate<String> userAgent;
    private final String pathEnd;
    private final Horizon horizon;

    Agent(Predicate<String> userAgent, Horizon horizon) {
        this(userAgent, "", horizon);
    }

    Agent(Predicate<String> userAgent, String pathEnd, Horizon horizon) {
        this.userAgent = userAgent;
        this.pathEnd = pathEnd;
        this.horizon = horizon;
    }

    private static Predicate<String> begins(String with) {
        return agent -> agent.startsWith(with);
    }

    private static Predicate<String> holds(String... words) {
        return agent -> {
            for (String word : words) {
                if (agent.contains(word)) {
                    return true;
                }
            }
            return false;
        };
    }

    /** Who sent it; {@link #UNKNOWN} for whoever says nothing, or nothing that is known. */
    public static Agent of(Optional<String> userAgent, Optional<String> path) {
        if (userAgent.isEmpty()) {
            return UNKNOWN;
        }
        String said = userAgent.get().toLowerCase(Locale.ROOT);
        for (Agent each : values()) {
            if (each.userAgent.test(said) && path.orElse("").endsWith(each.pathEnd)) {
                return each;
            }
        }
        return UNKNOWN;
    }

    /** As in metrics, on the console and in settings. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How long it keeps data, at its defaults. */
    public Horizon horizon() {
        return horizon;
    }
}
