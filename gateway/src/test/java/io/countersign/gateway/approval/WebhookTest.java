package io.countersign.gateway.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.countersign.gateway.approval.Pending.Seen;
import io.countersign.gateway.testing.TestAuthority;
import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.testing.Await;
import io.countersign.testing.ConnectProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class WebhookTest {
    private static final Instant NOON = Instant.parse("2027-01-31T12:00:00Z");

    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Await.released("the test goes on", held);
            exchange.getResponseHeaders().set("location", "/elsewhere");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Webhook webhook() {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hooks/1?key=k");
        return new Webhook(() -> Optional.of(new WebhookTarget(url, Optional.empty())), Duration.ZERO);
    }

    private static Pending newcomer(long number, String name, String request) {
        Ask ask = new Ask(new CallerKey(CallerKey.Kind.CERTIFICATE, name), Optional.of("metrics"));
        return new Pending(number, ask, new Seen(request, "socket", NOON, NOON, 1));
    }

    @Test
    void announcesANewcomerInOneLine() throws Exception {
        try (Webhook webhook = webhook()) {
            webhook.announce(newcomer(17, "CN=agent", "POST /w"));
            Await.until("it is announced", () -> received.size() == 1);
            assertEquals(
                    "POST /hooks/1?key=k {\"type\":\"approval\",\"number\":17,\"route\":\"metrics\",\"kind\":\"certificate\","
                            + "\"caller\":\"CN=agent\",\"request\":\"POST /w\",\"first_seen\":\"2027-01-31T12:00:00Z\","
                            + "\"text\":\"Request 17: certificate CN=agent asks for route metrics (POST /w)\"}\n",
                    received.get(0));
        }
    }

    @Test
    void showsNothingThatActsOrDeceivesAndNoSecret() throws Exception {
        String line = new String(
                Webhook.body(newcomer(
                        17,
                        "CN=p\u0430yments\u202e\n\u001b[2J" + "x".repeat(1000),
                        "POST /w/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl")),
                StandardCharsets.UTF_8);
        JsonParser.parse(line.strip());
        assertTrue(line.chars().allMatch(c -> (c >= 0x20 && c < 0x7f) || c == '\n'), line);
        assertTrue(line.contains("p\\\\u0430yments\\\\u202e"), line);
        assertFalse(line.contains("c2lnbmF0dXJl"), line);
        assertTrue(line.length() < 1500, line);
    }

    @Test
    void callsNobodyInAChatAndLinksNowhere() throws Exception {
        String line = new String(
                Webhook.body(newcomer(17, "CN=<!channel>", "GET /@here/<https://evil.example|log in>")),
                StandardCharsets.UTF_8);
        JsonParser.parse(line.strip());
        assertTrue(line.chars().noneMatch(c -> c == '<' || c == '>' || c == '@'), line);
    }

    /** Each byte is within the time for a read. */
    @Test
    void anAnswerThatNeverEndsIsGivenUp() throws Exception {
        try (ServerSocket trickling = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Webhook webhook = new Webhook(
                        () -> Optional.of(new WebhookTarget(
                                URI.create("http://127.0.0.1:" + trickling.getLocalPort()), Optional.empty())),
                        Duration.ZERO,
                        Duration.ofMillis(200),
                        (SSLSocketFactory) SSLSocketFactory.getDefault())) {
            AtomicInteger connections = new AtomicInteger();
            Thread server = new Thread(() -> {
                while (true) {
                    try (Socket socket = trickling.accept()) {
                        connections.incrementAndGet();
                        socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                        while (true) {
                            socket.getOutputStream().write('x');
                            Thread.sleep(20);
                        }
                    } catch (IOException | InterruptedException e) {
                        if (trickling.isClosed()) {
                            return;
                        }
                    }
                }
            });
            server.start();
            webhook.announce(newcomer(17, "CN=agent", "POST /w"));
            webhook.announce(newcomer(18, "CN=other", "POST /w"));
            Await.until("the next one's turn has come", () -> connections.get() == 2);
        }
    }

    @Test
    void triesAFewTimesAndFollowsNoRedirect() throws Exception {
        status = 302;
        try (Webhook webhook = webhook()) {
            webhook.announce(newcomer(17, "CN=agent", "POST /w"));
            Await.until("it is given up", () -> webhook.lost() == 1);
            assertEquals(Webhook.ATTEMPTS, received.size());
            assertTrue(received.stream().allMatch(each -> each.startsWith("POST /hooks/1?key=k ")), received::toString);
            status = 200;
            webhook.announce(newcomer(18, "CN=other", "POST /w"));
            Await.until("the next is announced", () -> received.size() == Webhook.ATTEMPTS + 1);
        }
    }

    @Test
    void aServerThatIsSlowHoldsUpABoundedNumberAndNobodyElse() throws Exception {
        held = new CountDownLatch(1);
        try (Webhook webhook = webhook()) {
            webhook.announce(newcomer(0, "CN=first", "POST /w"));
            Await.until("the first is under way", () -> received.size() == 1);
            for (int i = 0; i < Webhook.MAX_WAITING + 5; i++) {
                webhook.announce(newcomer(i, "CN=agent" + i, "POST /w"));
            }
            assertEquals(5, webhook.lost());
            held.countDown();
            Await.until("those who waited are announced", () -> received.size() == Webhook.MAX_WAITING + 1);
        }
    }

    /** A chat that only the proxy could know. */
    private Webhook through(ConnectProxy proxy, String login, TestAuthority authority) {
        EgressProxy by = EgressProxy.parse(proxy.url(login), "HTTPS_PROXY");
        URI url = URI.create("https://chat.example/hooks/caf\u00e9?key=k");
        return new Webhook(
                () -> Optional.of(new WebhookTarget(url, Optional.of(by))),
                Duration.ZERO,
                Duration.ofSeconds(20),
                authority.trusting());
    }

    private HttpsServer chat(TestAuthority authority) throws IOException {
        HttpsServer chat = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        chat.setHttpsConfigurator(new HttpsConfigurator(authority.server("chat.example")));
        chat.createContext("/", exchange -> {
            received.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Host") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        chat.start();
        return chat;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesThroughAProxyToAServerThatIsVerified(boolean tls) throws Exception {
        TestAuthority authority = new TestAuthority();
        HttpsServer chat = chat(authority);
        int port = chat.getAddress().getPort();
        try (ConnectProxy proxy = tls
                        ? ConnectProxy.overTls(port, authority.server("localhost"))
                        : ConnectProxy.to(port).demanding("dTpw");
                Webhook webhook = through(proxy, "u:p@", authority)) {
            webhook.announce(newcomer(17, "CN=agent", "POST /w"));
            Await.until("it is announced", () -> received.size() == 1);
            String line = received.get(0);
            assertTrue(
                    line.startsWith("/hooks/caf%C3%A9?key=k chat.example {\"type\":\"approval\",\"number\":17,"), line);
            assertTrue(proxy.heads().get(0).startsWith("CONNECT chat.example:443 HTTP/1.1\r\n"));
            assertEquals(0, webhook.lost());
        } finally {
            chat.stop(0);
        }
    }

    @Test
    void aProxyThatRefusesIsSaidWithoutWhatIsSecret() throws Exception {
        TestAuthority authority = new TestAuthority();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Webhook.class);
        log.start();
        logger.addAppender(log);
        try (ConnectProxy proxy = ConnectProxy.to(1).demanding("eA==");
                Webhook webhook = through(proxy, "u:passw0rd@", authority)) {
            webhook.announce(newcomer(17, "CN=agent", "POST /w"));
            Await.until("it is given up", () -> webhook.lost() == 1);
            Await.until("it is said", () -> !log.list.isEmpty());
            String said = log.list.get(0).getFormattedMessage();
            assertTrue(said.startsWith("approval.webhook at chat.example, through the proxy http://127.0.0.1:"), said);
            assertTrue(said.contains("rejects the user or the password in its URL (407)"), said);
            assertFalse(said.contains("passw0rd"), said);
            assertFalse(said.contains("hooks"), said);
        } finally {
            logger.detachAppender(log);
        }
    }

    /** It would read what a proxy must not. */
    @Test
    void whoAnswersInTheChatsPlaceHearsNothing() throws Exception {
        TestAuthority authority = new TestAuthority();
        HttpsServer chat = chat(new TestAuthority());
        try (ConnectProxy proxy = ConnectProxy.to(chat.getAddress().getPort());
                Webhook webhook = through(proxy, "", authority)) {
            webhook.announce(newcomer(17, "CN=agent", "POST /w"));
            Await.until("it is given up", () -> webhook.lost() == 1);
            assertEquals(List.of(), received);
        } finally {
            chat.stop(0);
        }
    }
}
