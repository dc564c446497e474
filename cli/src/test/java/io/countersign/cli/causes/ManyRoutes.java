package io.countersign.cli.causes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.PathMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A proxy with a route for each way to be turned away, before stand-ins of three kinds of service. */
final class ManyRoutes implements AutoCloseable {
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY-SECRET-CANARY";
    static final String WRONG_SECRET = "another/SECRET+CANARY-that-is-not-the-keys";
    static final String TOKEN = "IQoJb3JpZ2luX2VjTOKEN-CANARY/+=with+every/kind=of";
    private static final String HOST = "abc123.execute-api.us-east-1.amazonaws.com";
    static final Credential KEY = Credential.of("AKIDEXAMPLE", SECRET).withToken(TOKEN);

    final StandIn gateway;
    final StandIn table;
    final StandIn store;
    final Hop hop;
    final Sts sts;
    final ProxyServer proxy;
    final Captured captured;
    private final HttpClient client = HttpClient.newHttpClient();

    ManyRoutes(Path folder) throws Exception {
        StandInOptions options = StandInOptions.defaults().withCredentials(List.of(KEY));
        gateway = StandIn.start(options.withExtraNames(List.of(HOST)));
        table = StandIn.start(options.withService("dynamodb"));
        store = StandIn.start(options.withService("s3").withPathMode(PathMode.S3));
        hop = new Hop(gateway.port(), gateway.caPem());
        sts = new Sts(KEY);
        captured = new Captured();
        proxy = ProxyServer.start(HoconSource.text(config(folder), folder, Map.of()));
    }

    private String config(Path folder) throws IOException {
        String api = upstream(folder, gateway, "execute-api");
        return """
            countersign {
              listeners = [ { bind = "127.0.0.1:0" } ]
              admin { bind = "127.0.0.1:0" }
              log { level = debug, access = all }
              credentials {
                default { access-key-id = "%1$s", secret-access-key = "%2$s", session-token = "%3$s" }
                disabled { access-key-id = "AKIDDISABLED", secret-access-key = "%2$s", session-token = "%3$s" }
                role { source = default, role-arn = "arn:aws:iam::111122223333:role/agent", sts-endpoint = "%10$s" }
                mistyped { access-key-id = "%1$s", secret-access-key = "%4$s", session-token = "%3$s" }
              }
              routes {
                rest { match.path-prefix = "/rest", region = us-east-1, %5$s }
                relay { match.path-prefix = "/relay", region = us-east-1, on-failure = relay, %5$s }
                http { match.path-prefix = "/http", region = us-east-1, %5$s }
                single { match.path-prefix = "/single", region = us-east-1, path-encoding = single, %5$s }
                region {
                  match.path-prefix = "/region", region = us-west-2, service = execute-api, tls.ca = "%11$d.pem"
                  upstream { url = "https://%12$s/prod", connect = "127.0.0.1:%11$d" }
                }
                elsewhere { match.path-prefix = "/elsewhere", region = us-west-2, %5$s }
                role { match.path-prefix = "/role", region = us-east-1, credentials = role, %5$s }
                service { match.path-prefix = "/service", region = us-east-1, %6$s }
                disabled { match.path-prefix = "/disabled", region = us-east-1, credentials = disabled, %5$s }
                mistyped { match.path-prefix = "/mistyped", region = us-east-1, credentials = mistyped, %5$s }
                json { match.path-prefix = "/json", region = us-east-1, on-failure = keep-data, %7$s }
                json-disabled { match.path-prefix = "/jdisabled", region = us-east-1, credentials = disabled, on-failure = keep-data, %7$s }
                s3 { match.path-prefix = "/s3", region = us-east-1, on-failure = keep-data, %8$s }
                s3-disabled { match.path-prefix = "/sdisabled", region = us-east-1, credentials = disabled, on-failure = keep-data, %8$s }
                s3-mistyped {
                  match.path-prefix = "/smistyped", region = us-east-1, credentials = mistyped, on-failure = keep-data, %8$s
                }
                hop {
                  match.path-prefix = "/hop", region = us-east-1, service = execute-api
                  upstream = "http://127.0.0.1:%9$d"
                }
              }
            }
            """.formatted(
                        KEY.accessKey(),
                        SECRET,
                        TOKEN,
                        WRONG_SECRET,
                        api,
                        upstream(folder, gateway, "aps"),
                        upstream(folder, table, "dynamodb"),
                        upstream(folder, store, "s3"),
                        hop.port(),
                        sts.url(),
                        gateway.port(),
                        HOST);
    }

    private static String upstream(Path folder, StandIn standIn, String service) throws IOException {
        Path ca = Files.writeString(folder.resolve(standIn.port() + ".pem"), standIn.caPem());
        return "upstream = \"https://127.0.0.1:" + standIn.port() + "\", service = " + service + ", tls.ca = \"" + ca
                + "\"";
    }

    HttpResponse<String> post(String target, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(proxy.address(), target))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("body"));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        captured.add(answer.headers().map() + "\n" + answer.body());
        return answer;
    }

    String admin(String page) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(uri(proxy.adminAddress(), page)).build();
        return captured.add(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static URI uri(InetSocketAddress address, String target) {
        return URI.create("http://127.0.0.1:" + address.getPort() + target);
    }

    /** Calls, and holds the route to all that it owes: the answer, the log line, the admin page and the metric. */
    void assertExplained(String route, String target, String cause, String finding) throws Exception {
        double before = rejections(route, cause);
        HttpResponse<String> answer = post(target, "X-Amz-Meta-A", "1");
        assertEquals(503, answer.statusCode(), answer.body());
        assertTrue(answer.headers().firstValue("retry-after").isPresent(), "Retry-After");
        assertNamed(route, cause, finding);
        assertEquals(before + 1, rejections(route, cause), "countersign_rejections_total of " + route + ", " + cause);
    }

    void assertNamed(String route, String cause, String finding) throws Exception {
        captured.await("route " + route + ": ", " rejected by AWS: " + cause + " (", finding);
        String page = admin("/rejections");
        assertTrue(page.contains(finding.replace("\"", "\\\"")), page);
    }

    double rejections(String route, String cause) throws Exception {
        return metric("countersign_rejections_total", "route=\"" + route + "\"", "cause=\"" + cause + "\"");
    }

    /** The sample with these labels among its own; 0 where there is none. */
    double metric(String name, String... labels) throws Exception {
        return admin("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        captured.close();
        hop.close();
        sts.close();
        gateway.close();
        table.close();
        store.close();
    }
}
