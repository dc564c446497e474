package io.countersign.proxy.operations;

import static io.countersign.proxy.testing.WebSockets.CLOSE;
import static io.countersign.proxy.testing.WebSockets.TEXT;
import static io.countersign.proxy.testing.WebSockets.code;
import static io.countersign.proxy.testing.WebSockets.fromClient;
import static io.countersign.proxy.testing.WebSockets.handshake;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.WebSockets;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets as an operator sees them: counted, logged once, and ended at a drain; with Java's own client, on several event loops. */
@WireTest
class WebSocketSiteTest {
    private static final String ON = "countersign.routes.main.websocket = true";

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http().script(WebSockets.echo());
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    /** Keeps what comes. */
    private static final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> message = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                message.complete(text.toString());
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            message.completeExceptionally(error);
            closed.completeExceptionally(error);
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static WebSocket open(Site site, Messages messages) throws Exception {
        InetSocketAddress address = site.address();
        return get(HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + address.getPort() + "/chat"), messages));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void carriesJavasClientsOnSeveralEventLoops(int loops, @TempDir Path folder) throws Exception {
        try (Site site = Site.open(folder, upstream, ON, "countersign.limits.event-loops = " + loops)) {
            List<Messages> all = new ArrayList<>();
            List<WebSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 3 * loops; i++) {
                Messages messages = new Messages();
                all.add(messages);
                sockets.add(open(site, messages));
            }
            site.awaitMetric("countersign_websockets_open{route=\"main\"}", 3.0 * loops);
            String longer = "x".repeat(20_000);
            for (int i = 0; i < sockets.size(); i++) {
                get(sockets.get(i).sendText(longer, false));
                get(sockets.get(i).sendText("end " + i, true));
            }
            for (int i = 0; i < sockets.size(); i++) {
                assertEquals(longer + "end " + i, get(all.get(i).message));
                get(sockets.get(i).sendClose(4000 + i, "bye"));
                assertEquals(4000 + i, get(all.get(i).closed));
            }
            site.awaitMetric("countersign_websockets_open{route=\"main\"}", 0);
            site.awaitMetric(
                    "countersign_websockets_closed_total{closed_by=\"client\",code=\"4xxx\",route=\"main\"}",
                    3.0 * loops);
            assertEquals(0, site.metric("countersign_request_duration_seconds_count{route=\"main\"}"));
        }
    }

    /** In mode {@code errors} other calls that went well have none. */
    @Test
    void logsAWebSocketOnceWhenItHasEnded(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, ON, "countersign.log.access = errors");
                RawClient client = site.connect().send(handshake("/chat"))) {
            assertEquals(101, client.readHead().status());
            client.send(fromClient(TEXT, "hello"));
            client.readExactly(7);
            client.send(fromClient(CLOSE, code(1000)));
            client.readToEnd();
            site.log.await("\"status\":101,\"own\":false,\"complete\":true");
            site.log.await(
                    "\"request_bytes\":19,\"response_bytes\":11,\"websocket_closed_by\":\"client\",\"websocket_code\":1000");
        }
    }

    /** Each side gets a close frame, so that it can connect elsewhere, however long a frame has not ended. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void closesAllAtADrainAndTakesNoMore(int loops, @TempDir Path folder) throws Exception {
        try (Site site = Site.open(
                folder,
                upstream,
                ON,
                "countersign.limits.event-loops = " + loops,
                "countersign.drain { quiet = 2s, max = 60s }")) {
            List<Messages> all = new ArrayList<>();
            for (int i = 0; i < 2 * loops; i++) {
                Messages messages = new Messages();
                all.add(messages);
                open(site, messages);
            }
            Thread drain = new Thread(site.server()::drain, "drain");
            drain.setDaemon(true);
            drain.start();
            for (Messages messages : all) {
                assertEquals(1001, get(messages.closed));
            }
            int before = upstream.requests().size();
            ProblemAssert.problem(503, site.exchange(handshake("/chat"))).error("connection_limit_reached");
            assertEquals(before, upstream.requests().size());
            Await.until("drained", () -> !drain.isAlive());
            site.log.await("drained: 0 exchanges");
            assertEquals(
                    2.0 * loops,
                    site.metric(
                            "countersign_websockets_closed_total{closed_by=\"proxy\",code=\"1001\",route=\"main\"}"));
        }
    }

    /** A side that is within a frame gets the rest of that first. */
    @Test
    void endsTheFrameThatPassesFirst(@TempDir Path folder) throws Exception {
        String frame = fromClient(TEXT, "half and half");
        CompletableFuture<String> half = new CompletableFuture<>();
        CompletableFuture<String> whole = new CompletableFuture<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        upstream.script((request, connection) -> {
            connection.send(WebSockets.accepting(request.head()));
            half.complete(connection.readExactly(10));
            whole.complete(half.join() + connection.readExactly(frame.length() - 10));
            closed.complete(WebSockets.read(connection::readExactly).code());
            connection.close();
        });
        try (Site site = Site.open(folder, upstream, ON, "countersign.drain { quiet = 100ms, max = 60s }");
                RawClient client = site.connect().send(handshake("/chat"))) {
            assertEquals(101, client.readHead().status());
            client.send(frame.substring(0, 10));
            get(half);
            Thread drain = new Thread(site.server()::drain, "drain");
            drain.setDaemon(true);
            drain.start();
            assertEquals(1001, WebSockets.read(client::readExactly).code());
            client.send(frame.substring(10) + fromClient(CLOSE, code(1001)));
            assertEquals(frame, get(whole));
            assertEquals(1001, get(closed));
            assertEquals("", client.readToEnd().rest());
            Await.until("drained", () -> !drain.isAlive());
        }
    }
}
