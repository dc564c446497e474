package io.countersign.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.gateway.testing.Chromium;
import io.countersign.gateway.testing.RunningGateway;
import io.countersign.gateway.testing.Upstream;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a web page in a real Chromium can do through a route: a page that the route lists under {@code cors}, and the same page under
 * another name, which makes it another origin.
 */
@Timeout(180)
class CrossOriginPageTest {
    private static final String PAGE = """
            <!doctype html><meta charset="utf-8"><title>page</title>
            <iframe src="OTHER"></iframe>
            <script>
            const said = [];
            async function attempt(name, options) {
              let result;
              try {
                const answer = await fetch('PROXY/x', options);
                const read = field => field + '=' + answer.headers.get(field);
                result = [answer.status, read('x-seen'), read('x-hidden'), read('x-amzn-requestid')].join(' ');
              } catch (refused) { result = 'refused'; }
              said.push(name + ': ' + result);
            }
            (async () => {
              await attempt('simple', {});
              await attempt('json', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', 'X-Scope-OrgID': 'a' } });
              await attempt('other field', { headers: { 'X-Other': 'a' } });
              await attempt('credentials', { credentials: 'include' });
              await attempt('other method', { method: 'DELETE' });
              await fetch('/done/' + location.hostname, { method: 'POST', body: said.join('\\n') });
            })();
            </script>
            """;

    @TempDir
    Path folder;

    @TempDir
    Path profile;

    private final Map<String, List<String>> said = new ConcurrentHashMap<>();
    private final CountDownLatch done = new CountDownLatch(2);

    @Test
    void readsAndSendsWhatItsRouteAllows() throws Exception {
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        int port = site.getAddress().getPort();
        Process chromium = null;
        try (Upstream upstream = new Upstream(
                        Map.of("x-seen", "a", "x-hidden", "b", "Access-Control-Allow-Credentials", "true"));
                RunningGateway gateway = new RunningGateway(folder, """
                          routes { pages {
                            upstream = "%s", service = execute-api, region = us-east-1
                            match.methods = [GET, POST]
                            cors = ["http://127.0.0.1:%d"]
                            cors-headers = [Content-Type, X-Scope-OrgID]
                            cors-exposed-headers = [X-Seen]
                          } }
                        """.formatted(upstream.url(), port))) {
            String proxy = "http://127.0.0.1:" + gateway.server().address().getPort();
            String listed = PAGE.replace("PROXY", proxy);
            site.createContext(
                    "/", exchange -> answer(exchange, listed.replace("OTHER", "http://localhost:" + port + "/other")));
            site.createContext(
                    "/other", exchange -> answer(exchange, listed.replace("<iframe src=\"OTHER\"></iframe>", "")));
            site.createContext("/done", exchange -> {
                String from = exchange.getRequestURI().getPath().replace("/done/", "");
                said.put(
                        from,
                        new String(exchange.getRequestBody().readAllBytes(), UTF_8)
                                .lines()
                                .toList());
                answer(exchange, "");
                done.countDown();
            });
            site.start();
            chromium =
                    Chromium.command(profile, "http://127.0.0.1:" + port + "/").start();
            Await.released("both pages have tried it all", done);

            assertEquals(
                    List.of(
                            "simple: 200 x-seen=a x-hidden=null x-amzn-requestid=null",
                            "json: 200 x-seen=a x-hidden=null x-amzn-requestid=null",
                            "other field: refused",
                            "credentials: refused",
                            "other method: refused"),
                    said.get("127.0.0.1"));
            assertEquals(
                    List.of(
                            "simple: refused",
                            "json: refused",
                            "other field: refused",
                            "credentials: refused",
                            "other method: refused"),
                    said.get("localhost"));
        } finally {
            if (chromium != null) {
                chromium.descendants().forEach(ProcessHandle::destroyForcibly);
                chromium.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            site.stop(0);
        }
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
