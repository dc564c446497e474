package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two hundred clients try again at once and forever, whatever {@code Retry-After} says, while AWS refuses everything: their
 * account must not see more requests than they make.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StormTest {
    private static final int CLIENTS = 200;

    /** Of each client. */
    private static final int TRIES = Integer.getInteger("storm.tries", 2);

    private static final Credential KEY = Credential.of("AKIDSTORM", "secret-of-storm");

    /** Those that no remedy fits, and those with a remedy that fails. */
    @ParameterizedTest
    @CsvSource({
        "aps, AccessDeniedException",
        "execute-api, ForbiddenException",
        "aps, ExpiredTokenException",
        "aps, InvalidSignatureException",
        "aps, SIGNATURE_EXPIRED"
    })
    void theUpstreamSeesHardlyMoreThanTheClientsSend(String service, String rejection, @TempDir Path folder)
            throws Exception {
        try (StandIn standIn = StandIn.start(
                        StandInOptions.defaults().withService(service).withCredentials(List.of(KEY)));
                ProxyServer proxy =
                        ProxyServer.start(HoconSource.text(config(folder, standIn, service), folder, Map.of()))) {
            standIn.faults().add("{\"reject\": \"" + rejection + "\"}");
            URI uri = URI.create("http://127.0.0.1:" + proxy.address().getPort() + "/api/v1/write");
            long before = standIn.stats().requests();
            storm(uri, TRIES);
            long first = standIn.stats().requests() - before;
            storm(uri, 1);
            long second = standIn.stats().requests() - before - first;

            int sent = CLIENTS * TRIES;
            System.out.println(
                    service + " " + rejection + ": " + sent + " sent, " + first + " upstream, then " + second);
            // Those that were under way when the first remedy failed are as many as there are clients, at most.
            assertTrue(first <= Math.max(1.1 * sent, sent + CLIENTS), () -> "of " + sent + " it made " + first);
            assertEquals(CLIENTS, second, "once a remedy has failed, nothing is sent twice");
        }
    }

    private static void storm(URI uri, int tries) throws InterruptedException {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        AtomicInteger answered = new AtomicInteger();
        for (int i = 0; i < CLIENTS; i++) {
            clients.execute(() -> {
                for (int j = 0; j < tries; j++) {
                    assertEquals(503, post(uri));
                    answered.incrementAndGet();
                }
            });
        }
        clients.shutdown();
        assertTrue(clients.awaitTermination(120, TimeUnit.SECONDS), "all to be answered");
        assertEquals(CLIENTS * tries, answered.get(), "all were answered 503");
    }

    private static int post(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.getOutputStream().write(new byte[100]);
            int status = connection.getResponseCode();
            try (InputStream body = connection.getErrorStream()) {
                body.readAllBytes();
            }
            return status;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String config(Path folder, StandIn standIn, String service) throws Exception {
        Path ca = Files.writeString(folder.resolve("ca.pem"), standIn.caPem());
        return """
            countersign {
              listeners = [{ bind = "127.0.0.1:0" }]
              admin { bind = "127.0.0.1:0" }
              drain { quiet = 10 ms }
              timeouts { request = 60 s, wait = 30 s }
              credentials { default { access-key-id = "%s", secret-access-key = "%s" } }
              routes {
                gateway {
                  upstream = "https://127.0.0.1:%d", service = %s, region = us-east-1, tls.ca = "%s"
                }
              }
            }
            """.formatted(KEY.accessKey(), KEY.secretKey(), standIn.port(), service, ca);
    }
}
