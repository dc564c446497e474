package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.TlsThreads;
import io.countersign.proxy.testing.BlackHole;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.SilentServer;
import io.countersign.proxy.testing.WireTest;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.countersign.testing.Await;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections opened over real sockets: to which address, on which thread, and what is said when there is none. */
@WireTest
class ConnectorTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private MultiThreadIoEventLoopGroup group;
    private EventLoop loop;
    private TlsThreads tlsThreads;
    private final List<Connector> connectors = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() {
        group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        loop = group.next();
        tlsThreads = new TlsThreads("countersign-tls");
    }

    /** In the proxy's own order. */
    @AfterEach
    void close() throws Exception {
        loop.submit(() -> connectors.forEach(Connector::close)).syncUninterruptibly();
        connectors.clear();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        tlsThreads.close();
        for (AutoCloseable one : open) {
            one.close();
        }
        open.clear();
    }

    @Test
    void handshakesAreComputedOffTheEventLoop() throws Exception {
        FakeUpstream server = keep(FakeUpstream.https());
        RecordingTrust trust = new RecordingTrust();
        Upstream upstream = new Upstream(
                config(true, "127.0.0.1", server.port()),
                Optional.of(SslContextBuilder.forClient().trustManager(trust).build()));
        assertInstanceOf(Opened.class, connect(upstream, LONG));
        assertEquals(Set.of("countersign-tls"), trust.threads);
    }

    @Test
    void aHandshakeThatNoThreadTakesIsAFaultAndLeavesNothingBehind() throws Exception {
        FakeUpstream server = keep(FakeUpstream.https());
        Upstream upstream = new Upstream(
                config(true, "127.0.0.1", server.port()),
                Optional.of(SslContextBuilder.forClient().build()));
        tlsThreads.close();
        assertEquals(
                UpstreamFault.Kind.TLS_PROTOCOL, fault(connect(upstream, LONG)).kind());
    }

    /** TLS itself would wait until the handshake is computed, and a loop that ends meanwhile leave what was read unreleased. */
    @Test
    void closingCutsWhatIsStillBeingOpened() throws Exception {
        FakeUpstream server = keep(FakeUpstream.https());
        Upstream upstream = new Upstream(
                config(true, "127.0.0.1", server.port()),
                Optional.of(SslContextBuilder.forClient().build()));
        BlockingQueue<Runnable> handshakes = new LinkedBlockingQueue<>();
        Connector connector = connector(resolver(), handshakes::add);
        CompletableFuture<Result> result = begin(connector, upstream, LONG);
        Runnable handshake = handshakes.poll(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        loop.submit(connector::close).syncUninterruptibly();
        for (int turn = 0; turn < 5; turn++) {
            loop.submit(() -> {}).syncUninterruptibly();
        }
        assertTrue(result.isDone());
        assertEquals(UpstreamFault.Kind.TLS_PROTOCOL, fault(result.get()).kind());
        handshake.run();
    }

    @Test
    void aCertificateThatIsNotTrustedIsNamed() throws Exception {
        FakeUpstream server = keep(FakeUpstream.https());
        Upstream upstream = new Upstream(
                config(true, "127.0.0.1", server.port()),
                Optional.of(SslContextBuilder.forClient().build()));
        assertEquals(
                UpstreamFault.Kind.TLS_CERTIFICATE,
                fault(connect(upstream, LONG)).kind());
    }

    /** Far below the limit, which would end the test: the other address is tried while the first is still silent. */
    @Test
    void anAddressThatIsSilentDoesNotCostTheWholeLimit() throws Exception {
        FakeUpstream server = keep(FakeUpstream.http());
        keep(new BlackHole("127.0.0.2", server.port()));
        keep(new BlackHole("127.0.0.3", server.port()));
        Upstream upstream = new Upstream(config(false, "api.localhost", server.port()), Optional.empty());
        for (int turn = 0; turn < 3; turn++) {
            UpstreamConnection connection = got(connect(upstream, LONG, "127.0.0.2", "127.0.0.3", "127.0.0.1"));
            assertEquals("127.0.0.1", remote(connection));
        }
    }

    @Test
    void aFamilyThatIsSilentDoesNotCostTheWholeLimit() throws Exception {
        FakeUpstream server = keep(FakeUpstream.http());
        try {
            keep(new BlackHole("::1", server.port()));
        } catch (IOException e) {
            Assumptions.abort("this machine has no IPv6: " + e.getMessage());
        }
        Upstream upstream = new Upstream(config(false, "api.localhost", server.port()), Optional.empty());
        assertEquals("127.0.0.1", remote(got(connect(upstream, LONG, "::1", "127.0.0.1"))));
    }

    @Test
    void anAddressThatRefusesIsPassedOver() throws Exception {
        FakeUpstream server = keep(FakeUpstream.http());
        Upstream upstream = new Upstream(config(false, "api.localhost", server.port()), Optional.empty());
        for (int turn = 0; turn < 2; turn++) {
            assertEquals("127.0.0.1", remote(got(connect(upstream, LONG, "127.0.0.2", "127.0.0.1"))));
        }
    }

    @Test
    void newConnectionsTakeTurnsAmongTheAddresses() throws Exception {
        int port = SilentServer.unusedPort();
        Set<String> used = new HashSet<>();
        for (String address : List.of("127.0.0.1", "127.0.0.2", "127.0.0.3")) {
            keep(new ServerSocket(port, 10, InetAddress.getByName(address)));
        }
        Upstream upstream = new Upstream(config(false, "api.localhost", port), Optional.empty());
        Resolver resolver = resolver("127.0.0.1", "127.0.0.2", "127.0.0.3");
        Connector connector = connector(resolver);
        for (int i = 0; i < 3; i++) {
            used.add(remote(got(connect(connector, upstream, LONG))));
        }
        assertEquals(Set.of("127.0.0.1", "127.0.0.2", "127.0.0.3"), used);
    }

    @Test
    void upstreamsThatAreConnectedToInTurnEachUseAllAddresses() throws Exception {
        int port = SilentServer.unusedPort();
        for (String address : List.of("127.0.0.1", "127.0.0.2")) {
            keep(new ServerSocket(port, 10, InetAddress.getByName(address)));
        }
        Upstream one = new Upstream(config(false, "one.localhost", port), Optional.empty());
        Upstream other = new Upstream(config(false, "other.localhost", port), Optional.empty());
        Connector connector = connector(resolver("127.0.0.1", "127.0.0.2"));
        Set<String> used = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            used.add(remote(got(connect(connector, one, LONG))));
            connect(connector, other, LONG);
        }
        assertEquals(Set.of("127.0.0.1", "127.0.0.2"), used);
    }

    @Test
    void nothingIsConnectedToWhatTheNameMustNotLeadTo() throws Exception {
        FakeUpstream server = keep(FakeUpstream.http());
        Upstream upstream = new Upstream(config(true, "api.example", server.port()), Optional.empty());
        assertEquals(
                UpstreamFault.Kind.IP_PROHIBITED,
                fault(connect(upstream, LONG, "127.0.0.1")).kind());
        assertTrue(server.connections().isEmpty());
    }

    @Test
    void aNameThatNobodyAnswersForIsATimeout() throws Exception {
        Upstream upstream = new Upstream(config(true, "api.example", 1), Optional.empty());
        CompletableFuture<InetAddress[]> never = new CompletableFuture<>();
        Resolver resolver = keep(new Resolver(host -> never.join()));
        Result result = connect(connector(resolver), upstream, Duration.ofMillis(50));
        assertEquals(UpstreamFault.Kind.DNS_TIMEOUT, fault(result).kind());
        never.complete(new InetAddress[0]);
    }

    /** As the JDK passes it on of glibc and of musl. */
    @ParameterizedTest
    @CsvSource({
        "Name or service not known, is not known",
        "Temporary failure in name resolution, cannot be resolved",
        "Try again, cannot be resolved"
    })
    void aServerThatDoesNotAnswerTheSystemIsNotTakenForItsWordOnTheName(String words, String said) throws Exception {
        Upstream upstream = new Upstream(config(true, "api.example", 1), Optional.empty());
        Resolver resolver = keep(new Resolver(host -> {
            throw new UnknownHostException(host + ": " + words);
        }));
        UpstreamFault fault = fault(connect(connector(resolver), upstream, LONG));
        assertEquals(UpstreamFault.Kind.DNS_ERROR, fault.kind());
        assertTrue(fault.detail().endsWith("the name api.example " + said), fault.detail());
    }

    @Test
    void silenceAtEveryAddressIsATimeout() throws Exception {
        int port = SilentServer.unusedPort();
        keep(new BlackHole("127.0.0.1", port));
        keep(new BlackHole("127.0.0.2", port));
        Upstream upstream = new Upstream(config(false, "api.localhost", port), Optional.empty());
        UpstreamFault fault = fault(connect(upstream, Duration.ofMillis(50), "127.0.0.1", "127.0.0.2"));
        assertEquals(UpstreamFault.Kind.CONNECTION_TIMEOUT, fault.kind());
        assertTrue(fault.detail().contains("within 50 ms"), fault.detail());
    }

    private Result connect(Upstream upstream, Duration limit, String... addresses) throws Exception {
        return connect(connector(resolver(addresses)), upstream, limit);
    }

    private Connector connector(Resolver resolver) {
        return connector(resolver, tlsThreads);
    }

    private Connector connector(Resolver resolver, Executor handshakes) {
        Connector connector = new Connector(loop, resolver, handshakes, Http1Connection::new);
        connectors.add(connector);
        return connector;
    }

    private Result connect(Connector connector, Upstream upstream, Duration limit) throws Exception {
        return begin(connector, upstream, limit).get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private CompletableFuture<Result> begin(Connector connector, Upstream upstream, Duration limit) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        loop.execute(() -> connector.open(new Opening() {
            @Override
            public Upstream upstream() {
                return upstream;
            }

            @Override
            public Duration limit() {
                return limit;
            }

            @Override
            public boolean isWanted() {
                return true;
            }

            @Override
            public void opened(UpstreamConnection connection) {
                result.complete(new Opened(connection));
            }

            @Override
            public void failed(UpstreamFault fault) {
                result.complete(new Failed(fault));
            }
        }));
        return result;
    }

    private sealed interface Result {}

    private record Opened(UpstreamConnection connection) implements Result {}

    private record Failed(UpstreamFault fault) implements Result {}

    private Resolver resolver(String... addresses) {
        return keep(new Resolver(host -> {
            List<InetAddress> all = new ArrayList<>();
            for (String address : addresses) {
                all.add(InetAddress.getByName(address));
            }
            return all.toArray(new InetAddress[0]);
        }));
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }

    private static UpstreamConnection got(Result result) {
        return assertInstanceOf(Opened.class, result).connection();
    }

    private static UpstreamFault fault(Result result) {
        return assertInstanceOf(Failed.class, result).fault();
    }

    private static String remote(UpstreamConnection connection) {
        return ((InetSocketAddress) connection.channel().remoteAddress())
                .getAddress()
                .getHostAddress();
    }

    private static UpstreamConfig config(boolean tls, String host, int port) {
        return new UpstreamConfig(
                tls ? Transport.tls(Optional.empty()) : Transport.http(),
                new HostPort(host, port),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Trusts everybody, and notes on which threads it was asked. */
    private static final class RecordingTrust extends X509ExtendedTrustManager {
        final Set<String> threads = ConcurrentHashMap.newKeySet();

        private void asked() {
            threads.add(Thread.currentThread().getName());
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            asked();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            asked();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            asked();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
