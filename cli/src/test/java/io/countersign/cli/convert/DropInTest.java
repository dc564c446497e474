package io.countersign.cli.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.PathMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The flags that manifests of aws-sigv4-proxy usually have, from a request to what verifies its signature. */
@Timeout(60)
class DropInTest {
    @TempDir
    Path folder;

    /** A stand-in of a service under that name, and the proxy by those flags before it. */
    private final class Site implements AutoCloseable {
        final StandIn standIn;
        final ProxyServer proxy;

        Site(StandInOptions options, String host, String... flags) throws Exception {
            Path ca = folder.resolve("ca.pem");
            Credential key = options.credentials().get(0);
            standIn = StandIn.start(options.withCaOut(ca).withExtraNames(List.of(host)));
            List<String> all = new ArrayList<>(List.of(flags));
            all.addAll(List.of("--port", "127.0.0.1:0", "--connect", "127.0.0.1:" + standIn.port()));
            SigV4ProxyOptions parsed = new SigV4ProxyOptions();
            new CommandLine(parsed).parseArgs(all.toArray(String[]::new));
            Conversion conversion = FromSigV4Proxy.of(parsed, new Machine("test", List.of(), false), Map.of());
            String test = "\ncountersign { drain.quiet = 1ms\n"
                    + (all.contains("--no-verify-ssl") ? "" : "routes.default.tls.ca = \"" + ca + "\"\n")
                    + "credentials.default { access-key-id = \"" + key.accessKey() + "\", secret-access-key = \""
                    + key.secretKey() + "\""
                    + key.token()
                            .map(token -> ", session-token = \"" + token + "\"")
                            .orElse("")
                    + " } }";
            proxy = ProxyServer.start(HoconSource.text(conversion.text() + test, folder, conversion.variables()));
        }

        String exchange(String method, String path, String body, String... fields) throws IOException {
            return DropInTest.exchange(proxy.address(), method, path, body, fields);
        }

        @Override
        public void close() throws IOException {
            proxy.close();
            standIn.close();
        }
    }

    private static String exchange(InetSocketAddress to, String method, String path, String body, String... fields)
            throws IOException {
        try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
            String head = method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", fields)
                    + "\r\nConnection: close\r\n"
                    + (method.equals("GET") ? "" : "Content-Length: " + body.length() + "\r\n");
            socket.getOutputStream().write((head + "\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void assertOk(String response) {
        assertTrue(response.startsWith("HTTP/1.1 200"), response);
    }

    /** AMP's user guide: Prometheus writes to localhost, whose Host says nothing of AWS. */
    @Test
    void sidecarForManagedPrometheus() throws Exception {
        String host = "aps-workspaces.us-east-1.amazonaws.com";
        StandInOptions aps = StandInOptions.defaults().withService("aps");
        try (Site site = new Site(aps, host, "--name", "aps", "--region", "us-east-1", "--host", host)) {
            String path = "/workspaces/ws-1/api/v1/remote_write";
            assertOk(site.exchange("POST", path, "x", "Host: localhost:8005", "Content-Type: text/plain"));
            assertTrue(site.standIn.lastRequests().get(0).head().startsWith("POST " + path + " HTTP/1.1"));
            assertEquals(Map.of(), site.standIn.stats().rejected());
        }
    }

    @Test
    void openSearchWithItsOwnAuthorizationKept() throws Exception {
        String host = "search-d-abc.eu-west-1.es.amazonaws.com";
        StandInOptions es = StandInOptions.defaults().withService("es").withRegion("eu-west-1");
        try (Site site = new Site(
                es,
                host,
                "--name=es",
                "--region=eu-west-1",
                "--host=" + host,
                "--duplicate-headers=Authorization",
                "-s",
                "X-Noise",
                "--custom-headers",
                "X-Team=search,X-Api-Key=s3cr3t")) {
            String response = site.exchange(
                    "POST",
                    "/i/echo?q=a%20b",
                    "{}",
                    "Host: dashboards.search.svc:8080",
                    "Authorization: Basic eDp5",
                    "X-Noise: 1",
                    "X-Team: forged");
            assertOk(response);
            assertTrue(response.contains("[\"X-Original-Authorization\",\"Basic eDp5\"]"), response);
            assertTrue(response.contains("[\"X-Team\",\"search\"]"), response);
            assertTrue(response.contains("[\"X-Api-Key\",\"s3cr3t\"]"), response);
            assertFalse(response.contains("X-Noise") || response.contains("forged"), response);
        }
    }

    @Test
    void anyBucketOfS3ByItsHost() throws Exception {
        String host = "bucket.s3.eu-west-1.amazonaws.com";
        StandInOptions s3 = StandInOptions.defaults()
                .withService("s3")
                .withRegion("eu-west-1")
                .withPathMode(PathMode.S3);
        try (Site site = new Site(s3, host, "--unsigned-payload")) {
            assertOk(site.exchange("PUT", "/a%20b/%C3%BC", "data", "Host: " + host));
            assertOk(site.exchange("GET", "/a+b", "", "Host: " + host));
            String elsewhere = site.exchange("GET", "/x", "", "Host: bucket.example");
            assertTrue(elsewhere.startsWith("HTTP/1.1 421"), elsewhere);
            assertEquals(2, site.standIn.lastRequests().size());
        }
    }

    @Test
    void apiGatewayByItsHost() throws Exception {
        String host = "abc123.execute-api.us-east-1.amazonaws.com";
        try (Site site =
                new Site(StandInOptions.defaults(), host, "--name", "execute-api", "--region", "us-east-1", "-v")) {
            assertOk(site.exchange("GET", "/prod/pets?b=2&a=1", "", "Host: " + host));
            assertTrue(site.standIn.lastRequests().get(0).head().startsWith("GET /prod/pets?b=2&a=1 HTTP/1.1"));
        }
    }

    /** README of aws-sigv4-proxy: a tunnel on this machine, whose certificate has another name. */
    @Test
    void openSearchThroughATunnelOnThisMachine() throws Exception {
        StandInOptions es = StandInOptions.defaults().withService("es").withRegion("eu-west-1");
        try (Site site = new Site(
                es,
                "other.example",
                "--verbose",
                "--log-failed-requests",
                "--log-signing-process",
                "--no-verify-ssl",
                "--name",
                "es",
                "--region",
                "eu-west-1",
                "--host",
                "localhost:4443",
                "--sign-host",
                "eu-west-1.es.amazonaws.com")) {
            String response = site.exchange("GET", "/echo", "", "Host: localhost:8080");
            assertOk(response);
            assertTrue(response.contains("[\"Host\",\"eu-west-1.es.amazonaws.com\"]"), response);
        }
    }

    @Test
    void whoMayNotCallReadsWhichFlagWouldAdmitIt() throws Exception {
        SigV4ProxyOptions flags = new SigV4ProxyOptions();
        new CommandLine(flags)
                .parseArgs(
                        "--port",
                        "127.0.0.1:0",
                        "--allow",
                        "10.1.0.0/16",
                        "--host",
                        "search.us-east-1.es.amazonaws.com");
        String conf = FromSigV4Proxy.of(flags, new Machine("test", List.of(), false), Map.of())
                .text()
                .replace("\"127.0.0.0/8\", ", "");
        try (ProxyServer proxy = ProxyServer.start(HoconSource.text(
                conf + "\ncountersign.credentials.default { access-key-id = AKIDEXAMPLE, secret-access-key = s }",
                folder,
                Map.of()))) {
            String response = exchange(proxy.address(), "GET", "/", "", "Host: localhost");
            assertTrue(response.startsWith("HTTP/1.1 403"), response);
            assertTrue(response.contains("--allow NETWORK"), response);
        }
    }
}
