package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.stats.SeenRequest;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.PathMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests that the proxy signs for several regions, verified by the stand-in, which derives the public key itself and shares
 * no code with the signer.
 */
class MultiRegionTest {
    private static final Credential KEY =
            Credential.of("AKIDSEVERAL", "canary-secret").withToken("the/canary+token==");
    private static final String BODY = "a body";
    private static final String SET = "eu-west-1,us-*";

    @TempDir
    Path folder;

    private StandIn standIn;
    private ProxyServer proxy;

    @AfterEach
    void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        standIn.close();
    }

    private void start(PathMode mode, String regionSet) throws Exception {
        String service = mode == PathMode.S3 ? "s3" : "execute-api";
        standIn = StandIn.start(StandInOptions.defaults()
                .withCredentials(List.of(KEY))
                .withService(service)
                .withPathMode(mode)
                .withCaOut(folder.resolve("ca.pem")));
        String route =
                "upstream = \"https://localhost:%d\", service = %s, signature = v4a, region-set = \"%s\", tls.ca = ca.pem, on-failure = relay"
                        .formatted(standIn.port(), service, regionSet);
        Path config = Files.writeString(folder.resolve("c.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin.bind = "127.0.0.1:0"
                  drain { quiet = 10 ms }
                  credentials.default { access-key-id = "%s", secret-access-key = "%s", session-token = "%s" }
                  routes {
                    headers { match.path-prefix = "/headers", %4$s }
                    query { match.path-prefix = "/query", signature-in = query, %4$s }
                  }
                }
                """.formatted(
                        KEY.accessKey(), KEY.secretKey(), KEY.token().orElseThrow(), route));
        proxy = ProxyServer.start(HoconSource.file(config, Map.of()));
    }

    private HttpResponse<String> put(String target) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + proxy.address().getPort() + target))
                .timeout(Duration.ofMinutes(1))
                .header("X-Amz-Region-Set", "ap-south-1")
                .header("X-Amz-Meta-Color", "  blue   green ")
                .PUT(HttpRequest.BodyPublishers.ofString(BODY))
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
    }

    private SeenRequest seen() {
        return standIn.lastRequests().get(0);
    }

    @ParameterizedTest
    @EnumSource(PathMode.class)
    void everyPathAndQueryIsVerifiedInBothForms(PathMode mode) throws Exception {
        start(mode, SET);
        int sent = 0;
        for (String form : List.of("/headers", "/query")) {
            for (String rest : List.of(
                    "/", "/a%20b", "//c//d", "/%E2%82%AC", "/a+b;v=1:2,@", "?a=1&a=0&b", "/k?x=a%20b%2Bc&y=a+b")) {
                HttpResponse<String> response = put(form + rest);

                assertEquals(200, response.statusCode(), form + rest + ": " + response.body());
                assertEquals(++sent, standIn.stats().verified());
                String head = seen().head();
                assertTrue(head.contains("AWS4-ECDSA-P256-SHA256"), head);
                assertTrue(!head.contains("ap-south-1"), "the caller's own set\n" + head);
                assertTrue(
                        head.contains(
                                form.equals("/query")
                                        ? "&X-Amz-Region-Set=eu-west-1%2Cus-%2A&"
                                        : "X-Amz-Region-Set: " + SET + "\r\n"),
                        head);
            }
        }
    }

    /** What was verified is sent to the stand-in once more, whole and with a change. */
    @ParameterizedTest
    @CsvSource({"EXECUTE_API, /headers", "EXECUTE_API, /query", "S3, /headers", "S3, /query"})
    void aChangedRequestIsRefused(PathMode mode, String form) throws Exception {
        start(mode, SET);
        assertEquals(200, put(form + "/a%20b?x=1").statusCode());
        String head = seen().head();
        assertEquals(200, direct(head, BODY), head);
        Map<String, String> changed = new LinkedHashMap<>();
        changed.put("method", head.replaceFirst("^PUT", "POST"));
        changed.put("path", head.replaceFirst("a%20b", "a%20c"));
        changed.put("query", head.replaceFirst("x=1", "x=2"));
        changed.put("field", head.replaceFirst("blue", "bleu"));
        changed.put("region set", head.replaceFirst("eu-west-1", "eu-west-2"));
        changed.put("wider region set", head.replaceFirst("us-(\\*|%2A)", "$1"));
        changed.put("token", head.replaceFirst("canary(%2B|\\+)token", "canary$1tokem"));
        changed.put("access key", head.replaceFirst("AKIDSEVERAL", "AKIDOTHER"));
        changed.put(
                "date",
                head.replaceFirst(
                        "(?i)(X-Amz-Date(?:: |=)\\d{8}T\\d{4})(\\d)",
                        "$1" + (head.matches("(?is).*X-Amz-Date(: |=)\\d{8}T\\d{4}0.*") ? "1" : "0")));
        changed.put("host", head.replaceFirst("(?i)host: localhost", "Host: localhosT"));
        changed.put(
                "signature",
                head.replaceFirst("(?s)(Signature=30\\p{XDigit}{20})(\\p{XDigit})", "$1" + otherDigit(head)));
        changed.forEach((what, other) -> {
            assertNotEquals(head, other, what);
            int status = direct(other, BODY);
            assertTrue(status == 403 || status == 400, what + " was answered " + status + "\n" + other);
        });
        // A presigned URL of S3 leaves the body out.
        boolean bodySigned = !(mode == PathMode.S3 && form.equals("/query"));
        assertEquals(!bodySigned, direct(head, "A body") == 200);
        assertEquals(bodySigned ? 2 : 3, standIn.stats().verified());
    }

    private static String otherDigit(String head) {
        int at = head.indexOf("Signature=30") + "Signature=30".length() + 20;
        return head.charAt(at) == '0' ? "1" : "0";
    }

    @Test
    void aSetThatLeavesTheRegionOutIsRefusedAndExplained() throws Exception {
        start(PathMode.EXECUTE_API, "eu-*,ap-south-1");

        assertEquals(403, put("/headers/x").statusCode());
        assertTrue(seen().verdict().contains("valid region, not 'eu-*,ap-south-1'"), seen().verdict());
        Command probe = Command.run(
                Map.of("HOME", "/nowhere", "AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"),
                "",
                "check",
                "--probe",
                "--config",
                folder.resolve("c.conf").toString());
        assertTrue(
                probe.out()
                        .contains(
                                "rejected by AWS, wrong_scope: region set says eu-*,ap-south-1, scope says execute-api"),
                probe.out() + probe.err());
        assertTrue(!(probe.out() + probe.err()).contains("canary"), probe.out());
    }

    private int direct(String head, String body) {
        try (SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket("localhost", standIn.port())) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            out.write((head + body).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
            return Integer.parseInt(status.split(" ", -1)[1]);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(folder.resolve("ca.pem"))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
