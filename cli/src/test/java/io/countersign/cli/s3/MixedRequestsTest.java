package io.countersign.cli.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.PathMode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand requests of every kind, hundreds at once, to an API Gateway and an S3 that each verify all signatures: one
 * wrong one, or one request with another's signature, would show.
 */
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MixedRequestsTest {
    private static final int REQUESTS = Integer.getInteger("mixed.requests", 10_000);
    private static final int AT_ONCE = 300;
    private static final List<String> ROUTES = List.of("api", "signed", "unsigned");
    private static final List<String> METHODS = List.of("GET", "PUT", "POST", "DELETE");
    private static final List<String> PARTS = List.of(
            "a",
            "key",
            "with%20space",
            "a+b",
            "x=1",
            "(1)",
            "%7Etilde",
            "gr%C3%BC%C3%9Fe",
            "100%25",
            "%41",
            "a,b;c",
            "",
            "it's",
            "a:b@c",
            "!$&*");

    @Test
    void noSignatureIsBad(@TempDir Path folder) throws Exception {
        Credential credential = Credential.of("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
                .withToken("a-token/with+every=kind");
        StandInOptions options = StandInOptions.defaults().withCredentials(List.of(credential));
        try (StandIn gateway = StandIn.start(options);
                StandIn store = StandIn.start(options.withService("s3").withPathMode(PathMode.S3));
                ProxyServer proxy = ProxyServer.start(
                        HoconSource.text(config(folder, credential, gateway, store), folder, Map.of()))) {
            Queue<String> wrong = new ConcurrentLinkedQueue<>();
            run(proxy.address().getPort(), wrong);
            assertTrue(wrong.isEmpty(), () -> wrong.size() + " went wrong, the first: " + wrong.peek());
            assertEquals(0, gateway.stats().rejectedTotal());
            assertEquals(0, store.stats().rejectedTotal());
            assertEquals(REQUESTS, gateway.stats().verified() + store.stats().verified());
        }
    }

    private static void run(int port, Queue<String> wrong) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("MixedRequestsTest: seed " + seed);
        Random random = new Random(seed);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        Semaphore free = new Semaphore(AT_ONCE);
        for (int i = 0; i < REQUESTS; i++) {
            HttpRequest request = request(port, random);
            assertTrue(free.tryAcquire(60, TimeUnit.SECONDS), "no answer came for a minute");
            client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
                if (failure != null || answer.statusCode() != 200) {
                    wrong.add(request + ": " + (failure != null ? failure : answer.statusCode() + " " + answer.body()));
                }
                free.release();
            });
        }
        assertTrue(free.tryAcquire(AT_ONCE, 60, TimeUnit.SECONDS), "some are not answered within a minute");
    }

    private static HttpRequest request(int port, Random random) throws Exception {
        StringBuilder url = new StringBuilder("http://127.0.0.1:" + port + "/" + one(ROUTES, random));
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            url.append('/').append(one(PARTS, random));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            url.append(url.indexOf("?") < 0 ? '?' : '&').append("p").append(random.nextInt(3));
            url.append('=').append(one(PARTS, random).replace("&", ""));
        }
        byte[] body = new byte[random.nextInt(50) == 0 ? random.nextInt(200_000) : random.nextInt(1_000)];
        random.nextBytes(body);
        String method = one(METHODS, random);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.toString()))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/octet-stream")
                .header("X-Amz-Meta-Some", " padded  value " + random.nextInt());
        if (method.equals("GET") || method.equals("DELETE")) {
            return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
        }
        if (random.nextInt(3) == 0) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            request.header("X-Amz-Content-Sha256", HexFormat.of().formatHex(hash));
        }
        boolean chunked = random.nextInt(4) == 0;
        HttpRequest.BodyPublisher publisher = HttpRequest.BodyPublishers.ofByteArray(body);
        return request.method(method, chunked ? HttpRequest.BodyPublishers.fromPublisher(publisher) : publisher)
                .build();
    }

    private static String one(List<String> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    private static String config(Path folder, Credential credential, StandIn gateway, StandIn store) throws Exception {
        Path gatewayCa = Files.writeString(folder.resolve("gateway.pem"), gateway.caPem());
        Path storeCa = Files.writeString(folder.resolve("store.pem"), store.caPem());
        String s3 = "upstream = \"https://127.0.0.1:" + store.port()
                + "\", service = s3, region = us-east-1, tls.ca = \"" + storeCa + "\"";
        return """
            countersign {
              listeners = [ { bind = "127.0.0.1:0" } ]
              admin { bind = "127.0.0.1:0" }
              timeouts { request = 50s, connect = 20s }
              credentials { default { access-key-id = "%s", secret-access-key = "%s", session-token = "%s" } }
              routes {
                api {
                  match.path-prefix = "/api", upstream = "https://127.0.0.1:%d", tls.ca = "%s"
                  service = execute-api, region = us-east-1
                }
                signed { match.path-prefix = "/signed", %s }
                unsigned { match.path-prefix = "/unsigned", payload = unsigned, %s }
              }
            }
            """.formatted(
                        credential.accessKey(),
                        credential.secretKey(),
                        credential.token().orElseThrow(),
                        gateway.port(),
                        gatewayCa,
                        s3,
                        s3);
    }
}
