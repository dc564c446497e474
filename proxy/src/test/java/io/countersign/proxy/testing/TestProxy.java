package io.countersign.proxy.testing;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.HoconSource;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real proxy on loopback with times short enough for tests, in front of a {@link FakeUpstream}.
 *
 * <p>Its one route is called {@code main} and has the base path {@value #STAGE}. It runs on one event loop, so that a
 * request answered after another one's end proves that nothing of that other one is still on its way.
 */
public final class TestProxy implements AutoCloseable {
    public static final String STAGE = "/stage";
    public static final String ACCESS_KEY = "AKIDEXAMPLE";
    public static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYSECRETCANARY";
    public static final String TOKEN = "IQoJb3JpZ2luX2VjTOKENCANARY/+=with+every/kind=of";

    private final ProxyServer server;

    private TestProxy(ProxyServer server) {
        this.server = server;
    }

    /** @param settings HOCON lines put after the template, so that they win; see {@link #main} */
    public static TestProxy start(FakeUpstream upstream, String... settings) {
        String ca = upstream.authority()
                .map(file -> main("tls.ca = \"" + file + "\""))
                .orElse("");
        return startTo(upstream.url() + STAGE, ca + "\n" + String.join("\n", settings));
    }

    public static TestProxy startTo(String upstreamUrl, String... settings) {
        return startIn(Map.of(), upstreamUrl, settings);
    }

    /** @param environment the process's variables, as far as the configuration is concerned */
    public static TestProxy startIn(Map<String, String> environment, String upstreamUrl, String... settings) {
        String hocon = template(upstreamUrl) + String.join("\n", settings) + "\n";
        try {
            return new TestProxy(
                    ProxyServer.start(HoconSource.text(hocon, Path.of("").toAbsolutePath(), environment)));
        } catch (StartFailure e) {
            throw new AssertionError("the test's own configuration was refused: " + e.faults() + "\n" + hocon, e);
        }
    }

    /** A setting of the route {@code main}, such as {@code on-failure = relay}. */
    public static String main(String setting) {
        return "countersign.routes.main." + setting;
    }

    /** A second route, to the same kind of upstream as {@code main}'s. */
    public static String route(String name, String upstreamUrl, String settings) {
        return "countersign.routes." + name + " { upstream = \"" + upstreamUrl
                + "\", service = execute-api, region = us-east-1\n" + settings + "\n}";
    }

    public static String listener(String setting) {
        return "countersign.listeners = [ { bind = \"127.0.0.1:0\", " + setting + " } ]";
    }

    public InetSocketAddress address() {
        return server.address();
    }

    public InetSocketAddress adminAddress() {
        return server.adminAddress();
    }

    public RawClient connect() {
        return RawClient.connect(address());
    }

    /** Sends one request on a connection of its own and reads the whole answer. */
    public Response exchange(String request) {
        try (RawClient client = connect()) {
            String method = request.substring(0, Math.max(0, request.indexOf(' ')));
            return client.send(request).read(method);
        }
    }

    public void drain() {
        server.drain();
    }

    @Override
    public void close() {
        server.close();
    }

    private static String template(String upstreamUrl) {
        return """
            countersign {
              listeners = [ { bind = "127.0.0.1:0", head-timeout = 10s, keep-alive-idle = 30s } ]
              admin { bind = "127.0.0.1:0" }
              limits { body = 1 MiB, buffered = 8 MiB, event-loops = 1 }
              drain { quiet = 200ms, max = 5s }
              log { level = debug, access = all }
              credentials { default { access-key-id = "%s", secret-access-key = "%s", session-token = "%s" } }
              routes { main {
                upstream = "%s", service = execute-api, region = us-east-1
                timeouts {
                  body-idle = 10s, request = 12s, connect = 10s
                  response-idle = 10s, event-stream-idle = 10s, pool-idle = 30s
                }
              } }
            }
            """.formatted(ACCESS_KEY, SECRET, TOKEN, upstreamUrl);
    }
}
