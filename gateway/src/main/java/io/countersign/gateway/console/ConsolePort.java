package io.countersign.gateway.console;

import io.countersign.gateway.console.config.ConsoleConfig;
import io.countersign.gateway.console.serve.ConsoleServer;
import io.countersign.proxy.admin.http.HttpServer;
import io.countersign.proxy.listen.tls.Handshakes;
import io.countersign.proxy.listen.tls.TlsFailures;
import io.countersign.proxy.listen.tls.TlsGate;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.net.TlsThreads;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Where the console listens, with its TLS: handshakes are computed on threads of its own. */
final class ConsolePort implements AutoCloseable {
    /** As of a listener for that many connections. */
    private static final int CONNECTIONS = 64;

    private final ConsoleConfig.Port started;
    private final TlsThreads threads = new TlsThreads("countersign-console-tls");
    private final Optional<TlsGate> tls;

    ConsolePort(ConsoleConfig.Port port) {
        this.started = port;
        this.tls = port.tls()
                .map(server -> new TlsGate(
                        "console " + port.bind(),
                        server,
                        new Handshakes(threads, () -> CONNECTIONS),
                        new TlsFailures()));
    }

    HttpServer.Port open() {
        return new HttpServer.Port(started.bind(), tls);
    }

    /** Whether it listens where it should. */
    boolean isSame(ConsoleConfig.Port next) {
        return started.bind().equals(next.bind())
                && started.tls().isPresent() == next.tls().isPresent();
    }

    /** New connections are to get that certificate. */
    void renew(ConsoleConfig.Port next) {
        tls.ifPresent(gate -> next.tls().ifPresent(gate::renew));
    }

    String url(ConsoleServer server) {
        if (started.bind().tcp().isEmpty()) {
            return started.bind().toString();
        }
        InetSocketAddress address = server.address();
        return (tls.isPresent() ? "https://" : "http://")
                + new HostPort(IpAddress.of(address.getAddress()).toString(), address.getPort());
    }

    @Override
    public void close() {
        threads.close();
    }
}
