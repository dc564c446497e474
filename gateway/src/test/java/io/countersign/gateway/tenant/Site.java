package io.countersign.gateway.tenant;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.HoconSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** A running gateway with an upstream that remembers what it was sent. */
final class Site implements AutoCloseable {
    /** What reached the upstream; names of fields in lower case, values of one name joined by a comma. */
    record Seen(String method, String path, Map<String, String> fields, int body) {}

    private final HttpServer upstream;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ProxyServer gateway;
    private final Path file;
    /** What holds back the answers to requests whose path has {@code slow} in it. */
    final Semaphore slow = new Semaphore(0);

    final List<Seen> seen = new CopyOnWriteArrayList<>();

    /** @param settings further ones; {@code UPSTREAM} in them stands for the upstream's address */
    Site(Path folder, String settings) throws IOException, StartFailure {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(threads);
        upstream.createContext("/", this::answer);
        upstream.start();
        file = folder.resolve("gateway.conf");
        write(settings);
        try {
            gateway = ProxyServer.start(HoconSource.file(file, Map.of()));
        } catch (StartFailure | RuntimeException e) {
            upstream.stop(0);
            threads.shutdownNow();
            throw e;
        }
    }

    /** What every test starts from. */
    static String config(String upstream, String settings) {
        return """
                countersign {
                  admin.bind = "127.0.0.1:0"
                  listeners = [{ bind = "127.0.0.1:0" }, { bind = "127.0.0.2:0" }]
                  credentials {
                    default { access-key-id = AKIDDEFAULT, secret-access-key = secret }
                    other { access-key-id = AKIDOTHER, secret-access-key = secret }
                  }
                  routes {
                    metrics { upstream = "http://UPSTREAM/up", service = execute-api, region = us-east-1
                              match.path-prefix = "/metrics" }
                    logs { upstream = "http://UPSTREAM/up", service = execute-api, region = us-east-1
                           match.path-prefix = "/logs" }
                  }
                }
                countersign {
                """.replace("UPSTREAM", upstream) + settings + "\n}\n";
    }

    private void write(String settings) throws IOException {
        Files.writeString(file, config("127.0.0.1:" + upstream.getAddress().getPort(), settings));
    }

    /** Other settings take effect a moment later. */
    void change(String settings) throws IOException {
        write(settings);
        gateway.reload();
    }

    private void answer(HttpExchange exchange) throws IOException {
        int length = exchange.getRequestBody().readAllBytes().length;
        Map<String, String> fields = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        e -> e.getKey().toLowerCase(Locale.ROOT), e -> String.join(",", e.getValue())));
        seen.add(new Seen(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), fields, length));
        if (exchange.getRequestURI().getPath().contains("slow")) {
            slow.acquireUninterruptibly();
        }
        exchange.sendResponseHeaders(200, 2);
        exchange.getResponseBody().write(new byte[] {'o', 'k'});
        exchange.close();
    }

    /** Where the first listener is, or the one of that host. */
    InetSocketAddress address(String host) {
        return gateway.urls().stream()
                .filter(url -> url.startsWith("http://" + host + ":"))
                .map(url -> new InetSocketAddress(host, Integer.parseInt(url.substring(url.lastIndexOf(':') + 1))))
                .findFirst()
                .orElseThrow();
    }

    /** All metrics. */
    String metrics() {
        try (Client client = new Client("127.0.0.1", gateway.adminAddress())) {
            return client.send("GET", "/metrics", "").body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request on a connection of its own from that address to the first listener. */
    Answer send(String from, String method, String target, String... fields) {
        try (Client client = connect(from)) {
            return client.send(method, target, "", fields);
        }
    }

    Client connect(String from) {
        return connect(from, "127.0.0.1");
    }

    Client connect(String from, String listener) {
        try {
            return new Client(from, address(listener));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the upstream saw of the last request. */
    Seen last() {
        return seen.get(seen.size() - 1);
    }

    @Override
    public void close() {
        gateway.close();
        slow.release(1000);
        upstream.stop(0);
        threads.shutdownNow();
    }
}
