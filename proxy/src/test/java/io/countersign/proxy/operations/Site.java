package io.countersign.proxy.operations;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WatchedOften;
import io.countersign.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A folder with a configuration, and the proxy that runs from it and watches it. */
final class Site implements AutoCloseable {
    static final String CONF = "countersign.conf";

    final LogLines log;
    private final Path folder;
    private final ProxyServer server;

    /** Starts from what is in the folder, and notices quickly what changes there. */
    Site(Path folder) {
        this(folder, CONF);
    }

    /** The same, from a configuration of that name. */
    Site(Path folder, String conf) {
        this(folder, new WatchedOften(HoconSource.file(folder.resolve(conf), Map.of())));
    }

    private Site(Path folder, ConfigSource source) {
        this.folder = folder;
        try {
            server = ProxyServer.start(source);
        } catch (StartFailure e) {
            throw new AssertionError("the test's own configuration was refused: " + e.faults(), e);
        }
        log = new LogLines();
    }

    /** Looks at its files once a second, as outside of tests. */
    static Site watchedAsUsual(Path folder) {
        return new Site(folder, HoconSource.file(folder.resolve(CONF), Map.of()));
    }

    /** One route {@code main} to that upstream, and the lists {@code allow.list} and {@code deny.list}. */
    static String conf(String upstreamUrl, String... settings) {
        return """
            countersign {
              listeners = [ { bind = "127.0.0.1:0", keep-alive-idle = 60s } ]
              admin { bind = "127.0.0.1:0" }
              access { allow-files = ["allow.list"], deny-files = ["deny.list"] }
              limits { event-loops = 1 }
              drain { quiet = 200ms, max = 5s }
              log { level = debug, access = all }
              credentials { default { access-key-id = "%s", secret-access-key = "%s" } }
              routes { main { upstream = "%s", service = execute-api, region = us-east-1 } }
            }
            """.formatted(TestProxy.ACCESS_KEY, TestProxy.SECRET, upstreamUrl + TestProxy.STAGE)
                + String.join("\n", settings)
                + "\n";
    }

    /** A folder that lets all of loopback in and leads to that upstream. */
    static Site open(Path folder, FakeUpstream upstream, String... settings) {
        fill(folder, upstream, settings);
        return new Site(folder);
    }

    static void fill(Path folder, FakeUpstream upstream, String... settings) {
        write(folder, CONF, conf(upstream.url(), settings));
        write(folder, "allow.list", "127.0.0.0/8\n");
        write(folder, "deny.list", "# nobody\n");
    }

    static void write(Path folder, String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String name, String text) {
        write(folder, name, text);
    }

    InetSocketAddress address() {
        return server.address();
    }

    InetSocketAddress adminAddress() {
        return server.adminAddress();
    }

    ProxyServer server() {
        return server;
    }

    RawClient connect() {
        return RawClient.connect(address());
    }

    RawClient connectFrom(String peer) {
        return RawClient.connectFrom(peer, address());
    }

    /** One request on a connection of its own. */
    Response exchange(String request) {
        try (RawClient client = connect()) {
            return client.send(request).read();
        }
    }

    int status(String request) {
        return exchange(request).status();
    }

    /** What the admin port answers; it closes after each. */
    Response admin(String target) {
        try (RawClient client = RawClient.connect(adminAddress())) {
            return client.send(Requests.get(target, "Connection: close")).read();
        }
    }

    /** The value of one sample, by its name with its labels as they stand on the page. */
    double metric(String sample) {
        return admin("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + sample + " among the metrics"));
    }

    void awaitMetric(String sample, double value) {
        Await.until(sample + " is " + value, () -> metric(sample) == value);
    }

    @Override
    public void close() {
        log.close();
        server.close();
    }
}
