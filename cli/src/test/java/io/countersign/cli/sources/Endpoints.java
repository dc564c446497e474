package io.countersign.cli.sources;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.cli.agents.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All that hands out keys over HTTP, on one port: container, instance, SSO, STS, and what a credential process asks. */
final class Endpoints implements AutoCloseable {
    static final String POD_TOKEN = "canary-pod-token";
    static final String WEB_TOKEN = "canary-web-token";
    static final String SSO_TOKEN = "canary-sso-token";
    static final String EXTERNAL_ID = "a1b2";

    private static final String METADATA_TOKEN = "canary-metadata-token";
    private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

    private final int port = Ports.free();
    private final Issuer issuer;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    Endpoints(Issuer issuer) throws IOException {
        this.issuer = issuer;
        up();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    void up() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /** From now on connections are refused. */
    void down() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String answer = answer(exchange);
            byte[] body = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.isEmpty() ? 403 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Empty for whoever has not shown what this endpoint demands. */
    private String answer(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestURI().getPath()) {
            case "/container":
                return shows(exchange, "Authorization", POD_TOKEN) ? json("pod-identity") : "";
            case "/process":
                return json("process");
            case "/federation/credentials":
                return shows(exchange, "x-amz-sso_bearer_token", SSO_TOKEN) ? sso() : "";
            case "/latest/api/token":
                exchange.getResponseHeaders().add("x-aws-ec2-metadata-token-ttl-seconds", "21600");
                return exchange.getRequestMethod().equals("PUT") ? METADATA_TOKEN : "";
            case ROLES:
                return shows(exchange, "x-aws-ec2-metadata-token", METADATA_TOKEN) ? "node" : "";
            case ROLES + "node":
                return shows(exchange, "x-aws-ec2-metadata-token", METADATA_TOKEN) ? json("imds") : "";
            default:
                return sts(new String(exchange.getRequestBody().readAllBytes(), UTF_8), exchange);
        }
    }

    private static boolean shows(HttpExchange exchange, String header, String value) {
        return value.equals(exchange.getRequestHeaders().getFirst(header));
    }

    private String json(String source) throws IOException {
        Issuer.Issued issued = issuer.shortLived(source);
        return """
                {"Version": 1, "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "%s", "SecretAccessKey": "%s",
                "Token": "%3$s", "SessionToken": "%3$s", "Expiration": "%4$s", "LastUpdated": "2026-01-01T00:00:00Z"}""".formatted(
                        issued.key().id(), issued.key().secret(), issued.key().token(), issued.expiry());
    }

    private String sso() throws IOException {
        Issuer.Issued issued = issuer.shortLived("sso");
        return """
                {"roleCredentials": {"accessKeyId": "%s", "secretAccessKey": "%s", "sessionToken": "%s", "expiration": %d}}""".formatted(
                        issued.key().id(),
                        issued.key().secret(),
                        issued.key().token(),
                        issued.expiry().toEpochMilli());
    }

    /** The role is named as the source, and each has its own condition; the chain's last role is assumed with hub's keys. */
    private String sts(String form, HttpExchange exchange) throws IOException {
        String role = form.replaceAll("(?s).*role%2F([a-z-]+).*", "$1");
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        boolean trusted = switch (role) {
            case "web-identity" -> authorization == null && form.contains("WebIdentityToken=" + WEB_TOKEN);
            case "assume-role" -> form.contains("ExternalId=" + EXTERNAL_ID);
            case "hub" -> authorization != null && authorization.contains(Issuer.prefix("web-identity"));
            case "chain" -> authorization != null && authorization.contains(Issuer.prefix("hub"));
            default -> false;
        };
        if (!trusted) {
            return "";
        }
        String action = role.equals("web-identity") ? "AssumeRoleWithWebIdentity" : "AssumeRole";
        Issuer.Issued issued = issuer.shortLived(role);
        exchange.getResponseHeaders().add("Content-Type", "text/xml");
        return """
                <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <%1$sResult>
                    <Credentials>
                      <AccessKeyId>%2$s</AccessKeyId><SecretAccessKey>%3$s</SecretAccessKey>
                      <SessionToken>%4$s</SessionToken><Expiration>%5$s</Expiration>
                    </Credentials>
                  </%1$sResult>
                  <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
                </%1$sResponse>
                """.formatted(
                action, issued.key().id(), issued.key().secret(), issued.key().token(), issued.expiry());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
