package io.countersign.proxy.credentials.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Speaks STS's query protocol on loopback: hands out numbered credentials with an expiry, or an error. */
final class LoopbackSts implements AutoCloseable {
    private final HttpServer server;
    final List<Map<String, String>> calls = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    volatile Instant expiry = Instant.parse("2099-01-01T00:00:00Z");
    /** When set, credentials are good for an hour from then. */
    volatile Clock clock;

    private int handedOut;
    /** Status, code and message of the error to answer; null to hand out credentials. */
    volatile String[] error;

    LoopbackSts() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> form = new HashMap<>();
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], parts.length > 1 ? URLDecoder.decode(parts[1], UTF_8) : "");
        }
        calls.add(form);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        authorizations.add(authorization == null ? "" : authorization);
        String action = form.getOrDefault("Action", "none");
        String[] no = error;
        byte[] xml = (no == null ? credentials(action, ++handedOut) : error(no)).getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/xml");
        exchange.sendResponseHeaders(no == null ? 200 : Integer.parseInt(no[0]), xml.length);
        exchange.getResponseBody().write(xml);
        exchange.close();
    }

    private String credentials(String action, int number) {
        return """
                <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <%1$sResult>
                    <AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/x</Arn></AssumedRoleUser>
                    <Credentials>
                      <AccessKeyId>ASIA%2$d</AccessKeyId>
                      <SecretAccessKey>canary-secret-%2$d</SecretAccessKey>
                      <SessionToken>canary-token-%2$d</SessionToken>
                      <Expiration>%3$s</Expiration>
                    </Credentials>
                  </%1$sResult>
                  <ResponseMetadata><RequestId>r-%2$d</RequestId></ResponseMetadata>
                </%1$sResponse>
                """.formatted(
                        action, number, clock == null ? expiry : clock.instant().plus(Duration.ofHours(1)));
    }

    private static String error(String[] no) {
        return """
                <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>r</RequestId>
                </ErrorResponse>
                """.formatted(no[1], no[2]);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
