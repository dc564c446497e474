package io.countersign.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Prometheus that scrapes the proxy's own metrics and remote_writes them through it; gone without a trace after. */
final class PrometheusAgent {
    private final Process process;
    private final Path folder;

    private final String about;

    private PrometheusAgent(Process process, Path folder, String about) {
        this.process = process;
        this.folder = folder;
        this.about = about;
    }

    /** @throws IOException if it is not installed, or does not start */
    static PrometheusAgent start(InetSocketAddress proxy, InetSocketAddress admin) throws IOException {
        Path folder = Files.createTempDirectory("countersign-demo-prometheus");
        Path settings = folder.resolve("prometheus.yml");
        Files.writeString(settings, """
                global:
                  scrape_interval: 1s
                scrape_configs:
                  - job_name: countersign
                    static_configs:
                      - targets: ['%s:%d']
                remote_write:
                  - url: http://%s:%d/api/v1/write
                """.formatted(
                        admin.getAddress().getHostAddress(),
                        admin.getPort(),
                        proxy.getAddress().getHostAddress(),
                        proxy.getPort()));
        String web = "127.0.0.1:" + freePort();
        List<String> command = List.of(
                "prometheus",
                "--config.file=" + settings,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + web);
        try {
            String about = version() + ", http://" + web;
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            Leash.tie(process, folder);
            return new PrometheusAgent(process, folder, about);
        } catch (IOException e) {
            Folders.delete(folder);
            throw new IOException("cannot start prometheus (Debian: apt-get install prometheus): " + e.getMessage(), e);
        }
    }

    /** Which one it is, and where it listens. */
    String about() {
        return about;
    }

    /** Such as {@code prometheus, version 2.42.0+ds (branch: debian/sid, ...)}, without what is in parentheses. */
    private static String version() throws IOException {
        Process process = new ProcessBuilder("prometheus", "--version")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            return line == null ? "prometheus" : line.replaceFirst(" \\(.*", "");
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The end of its log. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("log"));
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** On SIGTERM it flushes what it has not sent yet, so the proxy must still be there. */
    void stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Folders.delete(folder);
    }
}
