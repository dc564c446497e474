package io.countersign.cli.agents;

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
final class PrometheusProcess implements AutoCloseable {
    private final int port = Ports.free();
    private final Path folder;
    private final String remoteWrite;
    private final Child child;

    PrometheusProcess(Path folder, String remoteWrite) {
        this.folder = folder;
        this.remoteWrite = remoteWrite;
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

    void start(String... targets) throws IOException {
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
                  scrape_interval: 1s
                scrape_configs:%s
                remote_write:
                  - url: %s
                """.formatted(
                        targets.length == 0 ? " []" : "\n" + jobs.toString().stripTrailing(), remoteWrite));
    }

    /** Ends all scraping: when this returns, nothing more goes into the WAL. */
    void stopScraping() throws IOException {
        configure();
        Http.exchange("POST", url("/-/reload"), "");
    }

    /** Waits until all that went into the WAL has been sent, and answered with 2xx. */
    void awaitFlushed() {
        String queue = "prometheus_remote_storage_samples_";
        Waiting.until("all to be sent", () -> {
            Metrics metrics = metrics();
            // The total counts each attempt, the retried ones are those that failed.
            double sent = metrics.sum(queue + "total") - metrics.sum(queue + "retried_total");
            return metrics.sum(queue + "pending") == 0 && sent == metrics.sum(queue + "in_total");
        });
    }

    Metrics metrics() throws IOException {
        return Metrics.of(url("/metrics"));
    }

    double retried() throws IOException {
        return metrics().sum("prometheus_remote_storage_samples_retried_total");
    }

    void terminate() {
        child.terminate();
    }

    int awaitExit() throws InterruptedException {
        return child.awaitExit();
    }

    String output() {
        return child.output();
    }

    /** Every sample that the WAL of the ended process holds, stale markers too, as the stand-in writes them. */
    Set<String> walSamples() throws IOException, InterruptedException {
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
