package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An OpenTelemetry Collector that sends what it is given by OTLP and by remote_write, both at their default settings, and a
 * program that gives it ten data points a second, each a series of its own.
 */
final class CollectorProcess implements Agent, AutoCloseable {
    private static final List<String> EXPORTERS = List.of("otlp_http", "prometheus_remote_write");

    private final int receiver = Ports.free();
    private final int telemetry = Ports.free();
    private final Child child;
    private final ScheduledExecutorService program = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger points = new AtomicInteger();

    /**
     * Starts nothing yet.
     *
     * @param program the collector's executable
     * @param proxy the proxy's URL
     */
    CollectorProcess(Path folder, String program, String proxy) throws IOException {
        Path config =
                Files.writeString(folder.resolve("collector.yaml"), """
                receivers:
                  otlp: { protocols: { http: { endpoint: "127.0.0.1:%d" } } }
                exporters:
                  otlp_http: { endpoint: "%s" }
                  prometheus_remote_write: { endpoint: "%s/api/v1/write", tls: { insecure: true } }
                service:
                  telemetry:
                    metrics:
                      readers: [ { pull: { exporter: { prometheus: { host: 127.0.0.1, port: %d } } } } ]
                  pipelines:
                    metrics: { receivers: [otlp], exporters: [otlp_http, prometheus_remote_write] }
                """.formatted(receiver, proxy, proxy, telemetry));
        child = new Child(folder.resolve("collector.log"), Map.of(), List.of(program, "--config=" + config));
    }

    void start() {
        child.start();
        child.awaitReady(() -> !metrics().page().isEmpty());
        program.scheduleAtFixedRate(this::give, 0, 100, TimeUnit.MILLISECONDS);
    }

    private void give() {
        String point = """
                {"asInt": "1", "timeUnixNano": "%d", "attributes": [{"key": "n", "value": {"stringValue": "%d"}}]}""".formatted(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()), points.get());
        String request = """
                {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "given", "sum": {
                  "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [%s]}}]}]}]}""".formatted(point);
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://127.0.0.1:" + receiver + "/v1/metrics")
                            .toURL()
                            .openConnection();
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            if (connection.getResponseCode() == 200) {
                points.incrementAndGet();
            }
        } catch (IOException e) {
            System.out.println("the collector took a data point only at the second try: " + e.getMessage());
        }
    }

    /** Gives no more; when this returns, {@link #points} is what the collector has taken. */
    void stopGiving() throws InterruptedException {
        program.shutdown();
        if (!program.awaitTermination(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the program does not end");
        }
    }

    /** How many data points it has taken, numbered from 0. */
    int points() {
        return points.get();
    }

    @Override
    public String name() {
        return "Collector";
    }

    @Override
    public double retried() {
        return child.output()
                .lines()
                .filter(line -> line.contains("Will retry the request after interval"))
                .count();
    }

    @Override
    public double delivered() throws IOException {
        return metrics().sum("otelcol_exporter_sent_metric_points", "exporter=\"otlp_http\"");
    }

    /** What each of the exporters has sent. */
    boolean hasSentAll() throws IOException {
        MetricsPage metrics = metrics();
        for (String exporter : EXPORTERS) {
            if (metrics.sum("otelcol_exporter_sent_metric_points", "exporter=\"" + exporter + "\"") < points.get()) {
                return false;
            }
        }
        return true;
    }

    /** The counters of failures are there only once something has failed. */
    @Override
    public void assertNothingDropped() throws IOException {
        assertEquals(
                List.of(),
                metrics()
                        .page()
                        .lines()
                        .filter(line -> line.startsWith("otelcol_exporter_send_failed_metric_points{")
                                || line.startsWith("otelcol_exporter_enqueue_failed_metric_points{"))
                        .filter(line -> !line.endsWith(" 0"))
                        .toList(),
                "dropped");
    }

    private MetricsPage metrics() throws IOException {
        return MetricsPage.of("http://127.0.0.1:" + telemetry + "/metrics");
    }

    @Override
    public void close() {
        program.shutdownNow();
        child.close();
    }
}
