package io.countersign.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.dispatch.Dispatcher;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.Front;
import io.countersign.proxy.exchange.Http2Clients;
import io.countersign.proxy.exchange.Phases;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.Door;
import io.countersign.proxy.listen.Listener;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.TlsThreads;
import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.response.Explanations;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteTable;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.upstream.Connector;
import io.countersign.proxy.upstream.PoolLimits;
import io.countersign.proxy.upstream.Resolver;
import io.countersign.proxy.upstream.UpstreamPools;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.countersign.sigv4.AwsCredentials;
import io.countersign.testing.Await;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What throws in a task of an event loop ends its exchange with an answer, and gives everything back: a task has nobody who would
 * catch it but Netty, which logs it and leaves the client waiting.
 */
class FaultGuardTest {
    private final Credentials.Usable usable =
            new Credentials.Usable(new AwsCredentials("AKIDEXAMPLE", "secret", null), Optional.empty());
    private final Budget bodies = Budget.ofBytes(1 << 20, 10);
    private final Budget places = Budget.ofPlaces(1, 10);
    private final Source source = new Source();
    private final Resolver resolver = new Resolver();
    private final TlsThreads tlsThreads = new TlsThreads("countersign-tls");
    private volatile ExchangeObserver observer = record -> {};
    private volatile boolean dropsAnswers;
    private FakeUpstream upstream;
    private EventLoops loops;
    private Listener listener;

    /** Whatever the test wants it to say at the next question, and sound credentials otherwise. */
    private final class Source implements NamedCredentials {
        private volatile Supplier<Credentials> next = () -> usable;
        private volatile CompletableFuture<Credentials> fetch = CompletableFuture.completedFuture(usable);

        @Override
        public String name() {
            if (next.get() instanceof Credentials.Missing) {
                throw new IllegalStateException("the name fails");
            }
            return "default";
        }

        @Override
        public Credentials current() {
            return next.get();
        }

        @Override
        public CompletionStage<Credentials> await() {
            return fetch;
        }

        @Override
        public CompletionStage<Credentials> refresh(AwsCredentials rejected) {
            return fetch;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws Exception {
        upstream = FakeUpstream.http();
        LoadResult loaded = HoconSource.text(
                        """
                countersign {
                  listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                  credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                  routes { main { upstream = "%s", service = execute-api, region = us-east-1 } }
                }
                """.formatted(upstream.url()), Path.of("").toAbsolutePath(), Map.of())
                .load();
        assertTrue(loaded instanceof LoadResult.Loaded, loaded::toString);
        ProxyConfig config = ((LoadResult.Loaded) loaded).config();
        Snapshot compiled;
        try (SnapshotFactory factory =
                new SnapshotFactory(Clock.systemUTC(), Environment.ofProcess(), ignored -> List.of())) {
            compiled = factory.compile(config);
        }
        Route route = compiled.routes().routes().get(0);
        Route.Signing signing = route.signing().orElseThrow();
        Route faulty = new Route(
                route.config(),
                route.upstream(),
                Optional.of(new Route.Signing(signing.config(), signing.form(), source, signing.clock())),
                route.state());
        Snapshot snapshot = new Snapshot(
                config.access(),
                config.limits(),
                new RouteTable(List.of(faulty)),
                name -> Optional.of(source),
                List.of());
        UpstreamPools pools = new UpstreamPools(PoolLimits.of(8));
        loops = new EventLoops(1);
        Via via = new Via("countersign-test");
        Explanations explanations = new Explanations(new RecentRejections());
        loops.equip(loop -> new Phases(
                new Admission(via, Clock.systemUTC()),
                bodies,
                via,
                new Dispatcher(
                        pools.add(loop, new Connector(loop, resolver, tlsThreads, Http1Connection::new)),
                        new Signers(),
                        places,
                        Budget.ofPlaces(1, 0),
                        explanations,
                        Clock.systemUTC()),
                explanations));
        Front front = new Front(
                () -> snapshot,
                new Lifecycle(),
                record -> observer.finished(record),
                new Http2Clients(),
                Clock.systemUTC());
        Pipelines pipelines = new Pipelines(front, loops);
        listener = Listener.start(
                loops.group(),
                new Bind.Tcp(new HostPort("127.0.0.1", 0)),
                Optional.empty(),
                new Door(config::access, () -> 100, caller -> false),
                config.listeners().get(0).proxyProtocolFrom(),
                (channel, arrival) -> {
                    if (dropsAnswers) {
                        channel.pipeline().addLast(new DroppingAnswers());
                    }
                    pipelines.client(channel, arrival, config.listeners().get(0), Optional.empty());
                });
    }

    @AfterEach
    void stop() {
        listener.close();
        listener.closeConnections();
        loops.close();
        resolver.close();
        tlsThreads.close();
        upstream.close();
    }

    @Test
    void whenCredentialsCome() {
        source.next = () -> new Credentials.Missing("none yet");
        CompletableFuture<Credentials> fetch = new CompletableFuture<>();
        source.fetch = fetch;
        try (RawClient client = connect()) {
            client.send(Requests.post("/w", "body"));
            Await.until("its body is here", () -> bodies.used() == 4);
            // Then it asks for the source's name, which throws.
            fetch.complete(new Credentials.Missing("none"));
            assertInternal(client);
        }
        assertServes();
    }

    @Test
    void whenAConnectionComes() {
        // A signature over nothing.
        source.next = () -> new Credentials.Usable(null, Optional.empty());
        try (RawClient client = connect()) {
            assertInternal(client.send(Requests.post("/w", "body")));
        }
        assertEquals(0, upstream.requests().size());
        assertServes();
    }

    @Test
    void whenAPlaceComes() {
        Gate answer = new Gate();
        upstream.script((request, connection) -> {
            answer.pass();
            connection.send(Script.ok("first"));
        });
        try (RawClient first = connect();
                RawClient second = connect()) {
            first.send(Requests.post("/first", "body"));
            upstream.awaitRequests(1);
            second.send(Requests.post("/second", "body"));
            Await.until("the second waits", () -> places.waiting() == 1);
            source.next = () -> {
                throw new IllegalStateException("the credentials fail");
            };
            answer.open();
            assertEquals("first", first.read().body());
            assertInternal(second);
        }
        assertServes();
    }

    /** On the response's way it must not be taken for a fault of the upstream's, and nothing may be sent again. */
    @Test
    void whenAResponseComes() {
        upstream.script(Script.always("HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: ExpiredTokenException\r\n"
                + "Content-Length: 2\r\n\r\n{}"));
        source.fetch = null;
        try (RawClient client = connect()) {
            assertInternal(client.send(Requests.put("/w", "body")));
        }
        assertEquals(1, upstream.requests().size());
        source.fetch = CompletableFuture.completedFuture(usable);
        upstream.script(Script.echo());
        assertServes();
    }

    /** The answer has gone by then: the connection serves on. */
    @Test
    void whenAnExchangeIsCounted() {
        observer = record -> {
            throw new IllegalStateException("counting fails");
        };
        try (RawClient client = connect()) {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        200, client.send(Requests.post("/w", "body")).read().status());
            }
        }
        assertServes();
    }

    /** A client that is gone when its first request is refused has nothing more to ask, whatever it sent in the same packet. */
    @Test
    void whenAnAnswerCannotBeSent() {
        assertTheRestIsDropped(Requests.get("/w", "Origin: http://elsewhere.example"));
    }

    @Test
    void whenAnAnswerToARequestWithABodyCannotBeSent() {
        assertTheRestIsDropped(Requests.post("/w", "body", "Origin: http://elsewhere.example"));
    }

    private void assertTheRestIsDropped(String refused) {
        AtomicInteger exchanges = new AtomicInteger();
        observer = record -> exchanges.incrementAndGet();
        dropsAnswers = true;
        try (RawClient client = connect()) {
            client.send(refused + Requests.post("/w", "body") + Requests.get("/w"));
            assertEquals("", client.readToEnd().rest());
        }
        Await.until("the first is over", () -> exchanges.get() > 0);
        dropsAnswers = false;
        assertServes(); // on the same loop, so that whatever else was to come has come
        assertEquals(1, exchanges.get(), "exchanges");
        assertEquals(1, upstream.requests().size(), "requests that went upstream");
    }

    /** In the place of a client's system that says, when an answer is written, that nobody is there to take it. */
    private static final class DroppingAnswers extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            var unused = ctx.close();
            promise.setFailure(new ClosedChannelException());
        }
    }

    private void assertInternal(RawClient client) {
        ProblemAssert.problem(503, client.read())
                .error("proxy_internal_error")
                .retryAfter()
                .closes();
        assertEquals("", client.readToEnd().rest());
    }

    private void assertServes() {
        Await.until(
                "all is given back", () -> bodies.used() + places.used() + bodies.waiting() + places.waiting() == 0);
        observer = record -> {};
        source.next = () -> usable;
        try (RawClient client = connect()) {
            assertTrue(client.send(Requests.post("/w", "body")).read().status() == 200);
        }
    }

    private RawClient connect() {
        return RawClient.connect(listener.address().orElseThrow());
    }
}
