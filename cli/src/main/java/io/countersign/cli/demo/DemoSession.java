package io.countersign.cli.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.countersign.proxy.Extension;
import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.logging.Logging;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.control.StatsSnapshot;
import io.countersign.standin.stats.Counter;
import io.countersign.standin.verify.RejectionType;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stand-in, credentials endpoint, proxy and traffic, started in this order and stopped in the other. */
public final class DemoSession implements AutoCloseable {
    private static final Duration LAST_SENDING = Duration.ofSeconds(15);

    /**
     * Where it listens; port 0 takes a free one.
     *
     * @param console of the gateway, if that is installed
     */
    public record Ports(InetSocketAddress proxy, InetSocketAddress admin, InetSocketAddress console) {}

    private final Path folder;
    private final Leash leash;
    private final StandIn standIn;
    private final CredentialsEndpoint credentials;
    private final ProxyServer proxy;
    private Optional<LogTail> log = Optional.empty();

    private DemoSession(Path folder, StandIn standIn, CredentialsEndpoint credentials, ProxyServer proxy)
            throws IOException {
        this.folder = folder;
        this.leash = Leash.tie(folder);
        this.standIn = standIn;
        this.credentials = credentials;
        this.proxy = proxy;
    }

    /** Starts all but the traffic. */
    public static DemoSession start(Ports ports) throws IOException, GeneralSecurityException, StartFailure {
        Path folder = Files.createTempDirectory("countersign-demo");
        StandIn standIn = null;
        CredentialsEndpoint credentials = null;
        try {
            Files.createDirectory(folder.resolve("state"));
            Files.createFile(denyList(folder));
            standIn = StandIn.start(StandInOptions.defaults().withCaOut(folder.resolve("ca.pem")));
            credentials = CredentialsEndpoint.start(standIn.credentials());
            boolean gateway =
                    Extension.installed().stream().anyMatch(each -> each.name().equals("gateway"));
            String config = config(ports, standIn.port()) + (gateway ? console(ports) : "");
            ProxyServer proxy = ProxyServer.start(
                    HoconSource.text(config, folder, Map.of()),
                    Extension.installed(),
                    Environment.of(credentials.environment()));
            return new DemoSession(folder, standIn, credentials, proxy);
        } catch (IOException | GeneralSecurityException | StartFailure | RuntimeException e) {
            if (credentials != null) {
                credentials.close();
            }
            if (standIn != null) {
                standIn.close();
            }
            Folders.delete(folder);
            throw e;
        }
    }

    private static Path denyList(Path folder) {
        return folder.resolve("deny.list");
    }

    private static String config(Ports ports, int upstream) {
        return """
                countersign.listeners = [{ bind = "%s" }]
                countersign.admin.bind = "%s"
                countersign.state.dir = state
                countersign.access.deny-files = ["deny.list"]
                countersign.drain { quiet = 1 s, max = 10 s }
                countersign.credentials.default { type = container }
                countersign.routes.demo {
                  upstream = "https://localhost:%d/prod"
                  service = execute-api
                  region = us-east-1
                  tls { ca = "ca.pem" }
                }
                """.formatted(text(ports.proxy()), text(ports.admin()), upstream);
    }

    private static String console(Ports ports) {
        return """
                countersign.console { bind = "%s", token-for-this-run = true }
                """.formatted(text(ports.console()));
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /**
     * Sends traffic and goes through the story until {@code stop}, or until {@code seconds} are over.
     *
     * @param seconds {@code Integer.MAX_VALUE} for no end
     * @param live whether {@code out} is a terminal that can draw in place
     * @return whether all signatures were right, and all samples arrived
     */
    public boolean run(int seconds, boolean agent, boolean live, CountDownLatch stop, PrintStream out)
            throws IOException, InterruptedException {
        // Its lines of JSON are for programs; what they would say is counted in the picture.
        ((Logger) Logging.access()).setLevel(Level.OFF);
        if (!live) {
            return run(seconds, agent, stop, new LinePicture(out), out);
        }
        log = Optional.of(LogTail.attach());
        try (Picture picture = new LivePicture(out, log.get())) {
            return run(seconds, agent, stop, picture, out);
        }
    }

    private boolean run(int seconds, boolean agent, CountDownLatch stop, Picture picture, PrintStream out)
            throws IOException, InterruptedException {
        Optional<PrometheusAgent> prometheus =
                agent ? Optional.of(PrometheusAgent.start(proxy.address(), proxy.adminAddress())) : Optional.empty();
        List<String> lines = new ArrayList<>(introduction());
        prometheus.ifPresent(each -> lines.add("  real agent        " + each.about()));
        picture.introduce(lines);
        Traffic traffic = Traffic.start(proxy.address());
        Story story = new Story(Story.scenes(standIn, credentials, denyList(folder)), traffic::isWell);
        try {
            for (int second = 1; second <= seconds; second++) {
                if (stop.await(1, TimeUnit.SECONDS)) {
                    break;
                }
                if (story.tick(seconds - second)) {
                    story.now().ifPresent(picture::begin);
                }
                picture.show(board(second, traffic), story);
                if (prometheus.isPresent() && !prometheus.get().isRunning()) {
                    throw new IOException(
                            "prometheus ended by itself: " + prometheus.get().lastWords());
                }
            }
            story.end();
        } finally {
            if (prometheus.isPresent()) {
                prometheus.get().stop();
            }
            traffic.finish(LAST_SENDING);
            picture.close();
        }
        return summarize(traffic, out);
    }

    private Board board(int second, Traffic traffic) {
        return new Board(second, standIn.stats(), traffic.counts(), traffic.admitted(), traffic.denied());
    }

    private List<String> introduction() {
        String url = "http://" + text(proxy.address());
        return List.of(
                "Countersign signs for a local stand-in of API Gateway, which verifies every signature.",
                "  send anything to  " + url + "/            (curl -d hello '" + url + "/any/path?a=b%20c')",
                "  remote_write to   " + url + "/api/v1/write",
                "  metrics, probes   http://" + text(proxy.adminAddress()) + "/metrics, /livez, /readyz",
                "  what was verified http://127.0.0.1:" + standIn.controlPort() + "/stats",
                "  past the proxy    https://localhost:" + standIn.port() + "/ (unsigned: answers 403)");
    }

    private boolean summarize(Traffic traffic, PrintStream out) {
        StatsSnapshot stats = standIn.stats();
        Board board = board(0, traffic);
        long expired = stats.rejected().getOrDefault(RejectionType.EXPIRED_TOKEN.awsName(), 0L);
        long skewed = stats.get(Counter.SKEWED);
        long wrong = stats.rejectedTotal() - expired - skewed;
        boolean signed = stats.verified() > 0 && wrong == 0;
        out.println((signed ? "Every signature verified: " : "Not every signature verified: ") + stats.verified()
                + " verified, " + wrong + " wrong; rejected for expired credentials " + expired + ", for the clock "
                + skewed + ".");
        boolean kept = board.lost() == 0 && board.held() == 0 && stats.distinct() >= traffic.samples();
        out.println((kept ? "The agents lost nothing: " : "The agents lost data: ") + traffic.samples()
                + " samples made, " + stats.distinct() + " arrived; " + board.held() + " requests kept, " + board.lost()
                + " dropped.");
        return signed && kept;
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        credentials.close();
        standIn.close();
        log.ifPresent(LogTail::close); // last: nothing is to be printed below the picture
        Folders.delete(folder);
        leash.takeOff();
    }
}
