package io.countersign.proxy.egress;

import io.countersign.proxy.net.Destination;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.wire.WholeResponse;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One request by https through a proxy's tunnel, and its response, on a connection of its own: for whoever has no event loop. The JDK's
 * client can't speak to a proxy over TLS, and follows rules of its own on which proxies get a password.
 *
 * <p>{@link #close} may be called on any thread, and ends it wherever it is.
 */
public final class TunnelledExchange implements AutoCloseable {
    private final EgressProxy proxy;
    private final HostPort to;
    private final Trust trust;
    private final int connectMillis;
    private final int readMillis;

    /** The connection to the proxy; null before there is one. */
    private Socket open;

    private boolean closed;

    /**
     * Whose certificates are trusted.
     *
     * @param proxy makes TLS with a proxy that is spoken to over it
     * @param server makes TLS with the server at the tunnel's end
     */
    public record Trust(SSLSocketFactory proxy, SSLSocketFactory server) {
        /** The same for both. */
        public static Trust of(SSLSocketFactory both) {
            return new Trust(both, both);
        }
    }

    /**
     * Begins nothing yet.
     *
     * @param to the server; the proxy looks its name up
     * @param connectMillis to connect to each address of the proxy, and for each read until the tunnel is open
     * @param readMillis for each read from then on
     */
    public TunnelledExchange(EgressProxy proxy, HostPort to, Trust trust, int connectMillis, int readMillis) {
        this.proxy = proxy;
        this.to = to;
        this.trust = trust;
        this.connectMillis = connectMillis;
        this.readMillis = readMillis;
    }

    /**
     * Sends the request; once.
     *
     * @param message in HTTP/1.1, which closes the connection after its response
     * @param maxBody of the response, in bytes; a longer one is an error
     * @throws NoTunnelException when the proxy is the reason why there is no response
     * @throws IOException when there is no whole one for another reason
     */
    public WholeResponse send(byte[] message, int maxBody) throws IOException {
        try (Socket tunnel = BlockingTunnel.open(proxy, to, trust.proxy(), connectMillis, this::opened)) {
            tunnel.setSoTimeout(readMillis);
            try (SSLSocket secure = secured(tunnel)) {
                secure.getOutputStream().write(message);
                secure.getOutputStream().flush();
                return WholeResponse.read(secure.getInputStream(), maxBody);
            }
        }
    }

    /** What a request for a URL has in its first line: path and query. */
    public static String target(URI url) {
        URI ascii = URI.create(url.toASCIIString());
        String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
    }

    private SSLSocket secured(Socket tunnel) throws IOException {
        SSLSocket secure = (SSLSocket) trust.server().createSocket(tunnel, to.host(), to.port(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!Destination.isLiteral(to.host())) {
            parameters.setServerNames(List.of(new SNIHostName(to.host())));
        }
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private synchronized void opened(Socket socket) throws IOException {
        open = socket;
        if (closed) {
            throw new IOException("it was given up");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (open != null) {
            try {
                open.close();
            } catch (IOException gone) {
                // It was closed already.
            }
        }
    }
}
