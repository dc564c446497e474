package io.countersign.cli.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.logging.Logging;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.control.StatsSnapshot;
import io.countersign.standin.verify.Credential;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stand-in, proxy and traffic, started in this order and stopped in the other. */
public final class DemoSession implements AutoCloseable {
    private final Path folder;
    private final StandIn standIn;
    private final ProxyServer proxy;

    private DemoSession(Path folder, StandIn standIn, ProxyServer proxy) {
        this.folder = folder;
        this.standIn = standIn;
        this.proxy = proxy;
    }

    /**
     * Starts the stand-in and the proxy.
     *
     * @param listen the proxy's address; port 0 for a free one
     * @param admin likewise
     */
    public static DemoSession start(InetSocketAddress listen, InetSocketAddress admin)
            throws IOException, GeneralSecurityException, StartFailure {
        Path folder = Files.createTempDirectory("countersign-demo");
        Path ca = folder.resolve("ca.pem");
        StandInOptions options = StandInOptions.defaults();
        StandIn standIn = null;
        try {
            standIn = StandIn.start(options.withCaOut(ca));
            String config =
                    config(listen, admin, standIn.port(), options.credentials().get(0));
            return new DemoSession(folder, standIn, ProxyServer.start(HoconSource.text(config, folder, Map.of())));
        } catch (IOException | GeneralSecurityException | StartFailure | RuntimeException e) {
            if (standIn != null) {
                standIn.close();
            }
            delete(folder);
            throw e;
        }
    }

    private static String config(InetSocketAddress listen, InetSocketAddress admin, int upstream, Credential keys) {
        return """
                countersign {
                  listeners = [{ bind = "%s" }]
                  admin { bind = "%s" }
                  drain { quiet = 1 s, max = 10 s }
                  credentials { default { access-key-id = "%s", secret-access-key = "%s" } }
                  routes {
                    demo {
                      upstream = "https://localhost:%d/prod"
                      service = execute-api
                      region = us-east-1
                      tls { ca = "ca.pem" }
                    }
                  }
                }
                """.formatted(text(listen), text(admin), keys.accessKey(), keys.secretKey(), upstream);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /**
     * Sends traffic until {@code stop}, or until {@code seconds} are over, with a line for each second.
     *
     * @param seconds {@code Integer.MAX_VALUE} for no end
     * @return whether signatures were verified, and none rejected
     */
    public boolean run(int seconds, boolean agent, CountDownLatch stop, PrintStream out)
            throws IOException, InterruptedException {
        // Its lines of JSON are for programs; what they would say is counted in the lines here.
        ((Logger) Logging.access()).setLevel(Level.OFF);
        introduce(out);
        Optional<PrometheusAgent> prometheus =
                agent ? Optional.of(PrometheusAgent.start(proxy.address(), proxy.adminAddress())) : Optional.empty();
        Traffic traffic = Traffic.start(proxy.address());
        try {
            for (int second = 1; second <= seconds; second++) {
                if (stop.await(1, TimeUnit.SECONDS)) {
                    break;
                }
                out.println(line(second, traffic));
                if (prometheus.isPresent() && !prometheus.get().isRunning()) {
                    throw new IOException(
                            "prometheus ended by itself: " + prometheus.get().lastWords());
                }
            }
        } finally {
            if (prometheus.isPresent()) {
                prometheus.get().stop();
            }
            traffic.stop();
        }
        return summarize(traffic, out);
    }

    private void introduce(PrintStream out) {
        String url = "http://" + text(proxy.address());
        out.println("Countersign signs for a local stand-in of API Gateway, which verifies every signature.");
        out.println("  send anything to  " + url + "/            (curl -d hello '" + url + "/any/path?a=b%20c')");
        out.println("  remote_write to   " + url + "/api/v1/write");
        out.println("  metrics, probes   http://" + text(proxy.adminAddress()) + "/metrics, /livez, /readyz");
        out.println("  what was verified http://127.0.0.1:" + standIn.controlPort() + "/stats");
        out.println("  past the proxy    https://localhost:" + standIn.port() + "/ (unsigned: answers 403)");
    }

    private String line(int second, Traffic traffic) {
        StatsSnapshot stats = standIn.stats();
        return String.format(
                "%3d s  requests %d  verified %d  rejected %d  samples %d  answered otherwise %d",
                second, stats.requests(), stats.verified(), stats.rejectedTotal(), stats.samples(), traffic.refused());
    }

    private boolean summarize(Traffic traffic, PrintStream out) {
        StatsSnapshot stats = standIn.stats();
        boolean good = stats.verified() > 0 && stats.rejectedTotal() == 0;
        out.println((good ? "Every signature verified: " : "Not every signature verified: ") + stats.verified()
                + " verified, " + stats.rejectedTotal() + " rejected" + (good ? "" : " " + stats.rejected()) + "; "
                + stats.samples() + " samples, " + stats.distinct() + " distinct; the agents here got "
                + traffic.accepted() + " times 2xx, " + traffic.refused() + " times something else.");
        return good;
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        standIn.close();
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("ca.pem"));
        Files.deleteIfExists(folder);
    }
}
