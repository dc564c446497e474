package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Prometheus as Debian ships it: the default queue, its own folder of data. */
public final class PrometheusProcess implements Agent, AutoCloseable {
    private static final String QUEUE = "prometheus_remote_storage_samples_";
    private static final List<String> KINDS = List.of("samples", "exemplars", "histograms");

    private final int port = Ports.free();
    private final Path folder;
    private final List<String> remoteWrites;
    private final Child child;
    private String scrapeInterval = "1s";

    PrometheusProcess(Path folder, String remoteWrite) {
        this(folder, List.of("{url: \"" + remoteWrite + "\"}"));
    }

    /** @param remoteWrites each a mapping in YAML's flow style */
    public PrometheusProcess(Path folder, List<String> remoteWrites) {
        this.folder = folder;
        this.remoteWrites = List.copyOf(remoteWrites);
        child = new Child(
                folder.resolve("prometheus.log"),
                Map.of(),
                List.of(
                        "prometheus",
                        "--config.file=" + settings(),
                        "--storage.tsdb.path=" + data(),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--web.enable-lifecycle"));
    }

    /** Scrapes more often than each second, so that there is always something to send. */
    PrometheusProcess scrapingEvery(String interval) {
        scrapeInterval = interval;
        return this;
    }

    public void start(String... targets) throws IOException {
        configure(targets);
        child.start();
        child.awaitReady(() -> !Http.get(url("/-/ready")).isEmpty());
    }

    private void configure(String... targets) throws IOException {
        StringBuilder jobs = new StringBuilder();
        for (int i = 0; i < targets.length; i++) {
            jobs.append("""
                      - job_name: job%d
                        static_configs:
                          - targets: ['%s']
                    """.formatted(i, targets[i]));
        }
        Files.writeString(settings(), """
                global:
                  scrape_interval: %s
                scrape_configs:%s
                remote_write:
                  - %s
                """.formatted(
                        scrapeInterval,
                        targets.length == 0 ? " []" : "\n" + jobs.toString().stripTrailing(),
                        String.join("\n  - ", remoteWrites)));
    }

    /** Ends all scraping: when this returns, nothing more goes into the WAL. */
    public void stopScraping() throws IOException {
        configure();
        Http.exchange("POST", url("/-/reload"), "");
    }

    /** Waits until all that went into the WAL has been sent, and answered with 2xx. */
    public void awaitFlushed() {
        Await.until("all to be sent", () -> {
            MetricsPage metrics = metrics();
            return metrics.sum(QUEUE + "pending") == 0 && sent(metrics) == entered(metrics);
        });
    }

    /** Waits until the queue holds all of the WAL that has not been sent. */
    public void awaitAllRead() {
        Await.until("the WAL to be read", () -> {
            MetricsPage metrics = metrics();
            return sent(metrics) + metrics.sum(QUEUE + "pending") >= entered(metrics);
        });
    }

    /** Samples of the WAL that have neither been accepted nor given up. */
    double behind() throws IOException {
        MetricsPage metrics = metrics();
        return entered(metrics) - sent(metrics);
    }

    /** Counted once, however many queues take it from the WAL. */
    private double entered(MetricsPage metrics) throws IOException {
        return metrics.sum(QUEUE + "in_total") * remoteWrites.size();
    }

    /** Accepted or given up: the total counts each attempt, and the retried ones are those that led to another. */
    private static double sent(MetricsPage metrics) throws IOException {
        return metrics.sum(QUEUE + "total") - metrics.sum(QUEUE + "retried_total");
    }

    public MetricsPage metrics() throws IOException {
        return MetricsPage.of(url("/metrics"));
    }

    @Override
    public String name() {
        return "Prometheus";
    }

    @Override
    public double delivered() throws IOException {
        return sent(metrics());
    }

    @Override
    public void assertNothingDropped() throws IOException {
        MetricsPage metrics = metrics();
        assertEquals(0, metrics.sum("prometheus_remote_storage_metadata_failed_total"), "metadata");
        for (String kind : KINDS) {
            assertEquals(0, metrics.sum("prometheus_remote_storage_" + kind + "_failed_total"), kind + " failed");
            assertEquals(0, metrics.sum("prometheus_remote_storage_" + kind + "_dropped_total"), kind + " dropped");
        }
    }

    @Override
    public double retried() throws IOException {
        return metrics().sum("prometheus_remote_storage_samples_retried_total");
    }

    /** Lets it send all that it scraped, and ends it. */
    void endWithNothingDropped() throws IOException, InterruptedException {
        stopScraping();
        awaitFlushed();
        assertNothingDropped();
        terminate();
        assertEquals(0, awaitExit(), this::output);
    }

    public void terminate() {
        child.terminate();
    }

    public int awaitExit() throws InterruptedException {
        return child.awaitExit();
    }

    public String output() {
        return child.output();
    }

    /** Every sample that the WAL of the ended process holds, stale markers too, as the stand-in writes them. */
    public Set<String> walSamples() throws IOException, InterruptedException {
        Path dump = folder.resolve("dump");
        Process promtool = new ProcessBuilder("promtool", "tsdb", "dump", data().toString())
                .redirectOutput(dump.toFile())
                .redirectError(folder.resolve("promtool.log").toFile())
                .start();
        if (promtool.waitFor() != 0) {
            throw new AssertionError("promtool: " + Files.readString(folder.resolve("promtool.log")));
        }
        return Files.readAllLines(dump, StandardCharsets.UTF_8).stream()
                .map(PrometheusProcess::asStandIn)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** From {@code {__name__="a", b="c"} 1 1700000000000} to {@code {__name__="a",b="c"} 1700000000000}. */
    private static String asStandIn(String line) {
        int labelsEnd = line.lastIndexOf('}') + 1;
        String timestamp = line.substring(line.lastIndexOf(' '));
        return line.substring(0, labelsEnd).replaceAll("\", (?=[a-zA-Z_])", "\",") + timestamp;
    }

    private Path settings() {
        return folder.resolve("prometheus.yml");
    }

    private Path data() {
        return folder.resolve("prometheus");
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    @Override
    public void close() {
        child.close();
    }
}
