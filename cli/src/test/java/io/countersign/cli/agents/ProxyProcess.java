package io.countersign.cli.agents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** The proxy as {@code countersign run} starts it, in a process of its own, with keys from a profile. */
final class ProxyProcess implements AutoCloseable {
    private final int port = Ports.free();
    private final int admin = Ports.free();
    private final Path profile;
    private final Child child;

    ProxyProcess(Path folder, int upstream) throws IOException {
        profile = folder.resolve("credentials");
        Path config = Files.writeString(folder.resolve("countersign.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:%d" }]
                  admin { bind = "127.0.0.1:%d" }
                  credentials { default { profile = gateway } }
                  routes {
                    gateway {
                      upstream = "https://localhost:%d/prod"
                      service = execute-api
                      region = us-east-1
                      tls { ca = "ca.pem" }
                    }
                  }
                }
                """.formatted(port, admin, upstream));
        child = Child.java(
                folder.resolve("proxy.log"),
                Map.of("AWS_SHARED_CREDENTIALS_FILE", profile.toString(), "AWS_CONFIG_FILE", "/dev/null"),
                "io.countersign.cli.Main",
                List.of("run", "--config=" + config));
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
        Path fresh = Files.writeString(profile.resolveSibling("credentials.new"), key.profile());
        Files.move(fresh, profile, StandardCopyOption.ATOMIC_MOVE);
    }

    String url(String path) {
        return url(port, path);
    }

    String adminAddress() {
        return "127.0.0.1:" + admin;
    }

    Metrics metrics() throws IOException {
        return Metrics.of(url(admin, "/metrics"));
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
