package io.countersign.cli.check;

import io.countersign.proxy.egress.BlockingTunnel;
import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.net.Destination;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.PemIdentity;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A connection to a route's upstream as the route makes it, with verified TLS; blocks. */
final class UpstreamSocket {
    private UpstreamSocket() {}

    /** @throws IOException with words for a person */
    static Socket open(RouteConfig route, int timeoutMillis) throws IOException {
        UpstreamConfig upstream = route.upstream();
        HostPort to = upstream.address();
        if (upstream.proxy().isPresent()) {
            return secured(tunnel(upstream, upstream.proxy().get(), timeoutMillis), upstream);
        }
        Destination destination = upstream.destination();
        StringJoiner refused = new StringJoiner("; ");
        for (InetAddress address : addresses(to)) {
            if (!destination.permits(address)) {
                refused.add(address.getHostAddress() + ": nothing is sent there, " + destination.reason(address));
                continue;
            }
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, to.port()), timeoutMillis);
                socket.setSoTimeout(timeoutMillis);
                return upstream.tls() ? secured(socket, upstream) : socket;
            } catch (IOException | RuntimeException e) {
                socket.close();
                refused.add(address.getHostAddress() + ": " + words(e));
            }
        }
        throw new IOException(to + " can't be reached (" + refused + "); check --credentials says more");
    }

    /** @throws IOException with words for a person */
    static Socket tunnel(UpstreamConfig upstream, EgressProxy proxy, int timeoutMillis) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {Trust.ofProxy(upstream.transport())}, null);
            return BlockingTunnel.open(proxy, upstream.address(), context.getSocketFactory(), timeoutMillis);
        } catch (GeneralSecurityException e) {
            throw new IOException("tls.ca can't be used: " + words(e), e);
        }
    }

    private static InetAddress[] addresses(HostPort to) throws IOException {
        try {
            return InetAddress.getAllByName(to.host());
        } catch (UnknownHostException e) {
            throw new IOException(to.host() + " resolves to no address: check the name, and this machine's DNS", e);
        }
    }

    private static Socket secured(Socket plain, UpstreamConfig upstream) throws IOException {
        try {
            SSLSocket secure = layered(plain, upstream, new Trust(upstream.transport()), true);
            secure.startHandshake();
            return secure;
        } catch (GeneralSecurityException e) {
            throw new IOException("tls.ca can't be used: " + words(e), e);
        }
    }

    /**
     * TLS over a connection as the route has it: its name, and what it verifies; the handshake is yet to come.
     *
     * @param closesPlain whether closing it closes the connection below
     */
    static SSLSocket layered(Socket plain, UpstreamConfig upstream, Trust trust, boolean closesPlain)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        Optional<PemIdentity> own = upstream.transport().identity();
        context.init(own.isPresent() ? own.get().keyManagers() : null, new TrustManager[] {trust}, null);
        String name = upstream.tlsName();
        SSLSocket secure = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, name, upstream.address().port(), closesPlain);
        SSLParameters parameters = secure.getSSLParameters();
        if (upstream.transport().isVerified() && upstream.transport().pins().isEmpty()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!Destination.isLiteral(name)) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        secure.setSSLParameters(parameters);
        return secure;
    }

    static String words(Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return message.replaceAll("\\s+", " ");
    }
}
