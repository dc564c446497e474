package io.countersign.proxy.testing;

import io.countersign.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The service behind the proxy, on a raw socket: records the exact bytes of each request and answers as its script says.
 *
 * <p>One daemon thread for each connection; past {@value #MOST_OPEN} open at once the next is closed at once.
 */
public final class FakeUpstream implements AutoCloseable {
    private static final int MOST_OPEN = 512;

    private final Thread accepting;
    private final ServerSocket server;
    private final Optional<SSLContext> tls;
    private final Optional<String> fingerprint;
    private final Optional<Path> authority;
    private final List<ScriptedConnection> connections = new CopyOnWriteArrayList<>();
    private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<List<String>> offered = new CopyOnWriteArrayList<>();
    private volatile String greeting = "";
    private volatile String protocol = "http/1.1";
    private volatile IntConsumer beforeHandshake = connection -> {};
    private volatile Script script = Script.echo();

    private FakeUpstream(Optional<TestCertificates> certificates, String address, int port) {
        fingerprint = certificates.map(TestCertificates::fingerprint);
        try {
            server = new ServerSocket(port, MOST_OPEN, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tls = certificates.map(TestCertificates::serverContext);
        authority = certificates.map(TestCertificates::authorityFile);
        accepting = daemon("fake upstream", this::accept);
    }

    /** Speaks plain HTTP and echoes until it is told something else. */
    public static FakeUpstream http() {
        return http("127.0.0.1", 0);
    }

    /** The same as another host: all of 127.0.0.0/8 is this machine. */
    public static FakeUpstream http(String address, int port) {
        return new FakeUpstream(Optional.empty(), address, port);
    }

    /**
     * The same over TLS, with a certificate for 127.0.0.1 and localhost from an authority of its own.
     *
     * @param names that the certificate is for as well
     */
    public static FakeUpstream https(String... names) {
        return new FakeUpstream(Optional.of(new TestCertificates(names)), "127.0.0.1", 0);
    }

    public FakeUpstream script(Script next) {
        script = next;
        return this;
    }

    /** What every further connection is sent before it has said anything. */
    public FakeUpstream greeting(String bytes) {
        greeting = bytes;
        return this;
    }

    /** The only protocol that it takes of those that are offered in a TLS handshake (ALPN), in place of {@code http/1.1}. */
    public FakeUpstream takesOnly(String name) {
        protocol = name;
        return this;
    }

    /** What each further connection goes through before its TLS handshake begins; gets its number, counted from 1. */
    public FakeUpstream beforeHandshake(IntConsumer step) {
        beforeHandshake = step;
        return this;
    }

    public String url() {
        return (tls.isPresent() ? "https" : "http") + "://"
                + server.getInetAddress().getHostAddress() + ":" + port();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** PEM file of the authority; empty without TLS. */
    public Optional<String> fingerprint() {
        return fingerprint;
    }

    /** The authority of its certificate, in a file; empty without TLS. */
    public Optional<Path> authority() {
        return authority;
    }

    /** Every request that came whole (or that the script took over before its body), in order of arrival. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    /** The only request so far; waits for it, since a script that answers early is still at work when its answer is read. */
    public ReceivedRequest request() {
        awaitRequests(1);
        List<ReceivedRequest> all = requests();
        if (all.size() != 1) {
            throw new AssertionError("expected one request upstream, found " + all.size() + ": " + heads(all));
        }
        return all.get(0);
    }

    /** What each TLS connection has offered by ALPN, in order of arrival; nothing of one that has offered nothing. */
    public List<List<String>> offered() {
        return List.copyOf(offered);
    }

    public List<ScriptedConnection> connections() {
        return List.copyOf(connections);
    }

    /** Bytes of application data that the proxy has sent here, over all connections. */
    public long received() {
        return connections.stream().mapToLong(ScriptedConnection::received).sum();
    }

    public FakeUpstream awaitRequests(int count) {
        Await.until(count + " requests upstream", () -> requests.size() >= count);
        return this;
    }

    /** What went wrong in scripts; a proxy that went away in the middle of an answer is not a fault. */
    public List<Throwable> faults() {
        return List.copyOf(faults);
    }

    @Override
    public void close() {
        try {
            server.close();
            // Until its thread has left accept, the kernel goes on taking connections.
            accepting.join(Await.LIMIT.toMillis());
            connections.forEach(ScriptedConnection::over);
            if (authority.isPresent()) {
                Files.deleteIfExists(authority.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                if (open.incrementAndGet() > MOST_OPEN) {
                    open.decrementAndGet();
                    socket.close();
                    continue;
                }
                int number = numbers.incrementAndGet();
                daemon("fake upstream " + number, () -> {
                    beforeHandshake.accept(number);
                    serve(number, socket);
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(int number, Socket transport) {
        ScriptedConnection connection = null;
        try {
            transport.setTcpNoDelay(true);
            connection = new ScriptedConnection(number, transport, secured(transport));
            connections.add(connection);
            connection.send(greeting);
            for (Optional<Head> head = connection.readHead(); head.isPresent(); head = connection.readHead()) {
                answer(head.get(), connection);
            }
        } catch (IOException | UncheckedIOException e) {
            // The proxy went away: what the test makes of that, it sees on the client's side.
        } catch (RuntimeException | AssertionError e) {
            faults.add(e);
        } finally {
            open.decrementAndGet();
            if (connection != null) {
                connection.over();
            }
        }
    }

    private void answer(Head head, ScriptedConnection connection) {
        Script now = script;
        int nth = connection.nextRequest();
        if (now.beforeBody(head, connection)) {
            requests.add(new ReceivedRequest(connection.number(), nth, head, ""));
            return;
        }
        ReceivedRequest request = new ReceivedRequest(connection.number(), nth, head, connection.readBody(head));
        requests.add(request);
        now.answer(request, connection);
    }

    private Socket secured(Socket transport) throws IOException {
        if (tls.isEmpty()) {
            return transport;
        }
        SSLSocket socket = (SSLSocket) tls.get().getSocketFactory().createSocket(transport, null, 0, false);
        socket.setUseClientMode(false);
        socket.setHandshakeApplicationProtocolSelector((ignored, names) -> {
            offered.add(List.copyOf(names));
            return names.contains(protocol) ? protocol : null;
        });
        socket.startHandshake();
        return socket;
    }

    private static List<String> heads(List<ReceivedRequest> all) {
        List<String> lines = new ArrayList<>();
        all.forEach(request -> lines.add(request.head().startLine()));
        return lines;
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
