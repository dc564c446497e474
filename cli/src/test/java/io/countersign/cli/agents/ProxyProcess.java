package io.countersign.cli.agents;

import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** The proxy as {@code countersign run} starts it, in a process of its own, with keys from a profile. */
final class ProxyProcess implements AutoCloseable {
    private static final String TAKEN = "configuration taken";

    private final int port = Ports.free();
    private final int admin = Ports.free();
    private final int upstream;
    private final Path profile;
    private final Path config;
    private final Child child;

    ProxyProcess(Path folder, int upstream, Setup setup) throws IOException {
        this.upstream = upstream;
        profile = folder.resolve("credentials");
        config = folder.resolve("countersign.conf");
        write(setup);
        child = Child.java(
                folder.resolve("proxy.log"),
                Map.of("AWS_SHARED_CREDENTIALS_FILE", profile.toString(), "AWS_CONFIG_FILE", "/dev/null"),
                "io.countersign.cli.Main",
                List.of("run", "--config=" + config));
    }

    /** Puts another configuration into force; when this returns, it is. */
    void reload(Setup setup) throws IOException {
        long before = taken();
        write(setup);
        child.hangUp();
        Await.until("the new configuration to be taken", () -> taken() > before);
    }

    private long taken() {
        return output().lines().filter(line -> line.contains(TAKEN)).count();
    }

    private void write(Setup setup) throws IOException {
        replace(config, setup.config(port, admin, upstream));
    }

    private static void replace(Path file, String text) throws IOException {
        Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    void start() {
        child.start();
        child.awaitReady(() -> !Http.get(url(admin, "/readyz?signing")).isEmpty());
    }

    void kill() {
        child.kill();
    }

    void terminate() {
        child.terminate();
    }

    int awaitExit() throws InterruptedException {
        return child.awaitExit();
    }

    /** Puts another key into the profile, whole at once. */
    void useKey(Key key) throws IOException {
        replace(profile, key.profile());
    }

    /** Puts a file beside the configuration, whole at once. */
    void useFile(String name, String text) throws IOException {
        replace(config.resolveSibling(name), text);
    }

    String url(String path) {
        return url(port, path);
    }

    String adminAddress() {
        return "127.0.0.1:" + admin;
    }

    MetricsPage metrics() throws IOException {
        return MetricsPage.of(url(admin, "/metrics"));
    }

    String output() {
        return child.output();
    }

    private static String url(int port, String path) {
        return "http://127.0.0.1:" + port + path;
    }

    @Override
    public void close() {
        child.close();
    }
}
