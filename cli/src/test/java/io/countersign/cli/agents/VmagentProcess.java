package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** vmagent as Debian ships it, with its queue in a folder of its own. */
final class VmagentProcess implements Agent, AutoCloseable {
    private final int port = Ports.free();
    private final Child child;

    VmagentProcess(Path folder, String remoteWrite, String target) throws IOException {
        Path settings = Files.writeString(folder.resolve("scrape.yml"), """
                global:
                  scrape_interval: 1s
                scrape_configs:
                  - job_name: target
                    static_configs:
                      - targets: ['%s']
                """.formatted(target));
        child = new Child(
                folder.resolve("vmagent.log"),
                Map.of(),
                List.of(
                        "vmagent",
                        "-promscrape.config=" + settings,
                        "-remoteWrite.url=" + remoteWrite,
                        "-remoteWrite.tmpDataPath=" + folder.resolve("vmagent"),
                        "-httpListenAddr=127.0.0.1:" + port));
    }

    void start() {
        child.start();
        child.awaitReady(() -> !Http.get(url("/health")).isEmpty());
    }

    @Override
    public String name() {
        return "vmagent";
    }

    @Override
    public double delivered() throws IOException {
        return metrics().sum("vmagent_remotewrite_requests_total", "status_code=\"2XX\"");
    }

    @Override
    public void assertNothingDropped() throws IOException {
        assertEquals(0, metrics().sum("vmagent_remotewrite_packets_dropped_total"), "packets dropped");
    }

    @Override
    public double retried() throws IOException {
        return metrics().sum("vmagent_remotewrite_retries_count_total");
    }

    MetricsPage metrics() throws IOException {
        return MetricsPage.of(url("/metrics"));
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

    private String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    @Override
    public void close() {
        child.close();
    }
}
