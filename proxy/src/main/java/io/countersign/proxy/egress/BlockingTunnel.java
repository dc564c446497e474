package io.countersign.proxy.egress;

import io.countersign.proxy.net.Destination;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.wire.WholeResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A tunnel over a blocking socket, for whoever has no event loop. */
public final class BlockingTunnel {
    private BlockingTunnel() {}

    /**
     * Opens a connection to {@code to} through the proxy. What is read from the socket has come through the tunnel.
     *
     * @param trust makes TLS with a proxy that is spoken to over it; its name is verified here
     * @param timeoutMillis to connect to each address of the proxy, and then for each read
     * @throws IOException with words that name the proxy, and say why there is no tunnel
     */
    public static Socket open(EgressProxy proxy, HostPort to, SSLSocketFactory trust, int timeoutMillis)
            throws IOException {
        Destination destination = new Destination(proxy.server().host(), Destination.Within.ANYWHERE);
        StringJoiner refused = new StringJoiner("; ");
        for (InetAddress address : addresses(proxy)) {
            if (!destination.permits(address)) {
                refused.add(address.getHostAddress() + ": no proxy is called there, " + destination.reason(address));
                continue;
            }
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, proxy.server().port()), timeoutMillis);
                socket.setSoTimeout(timeoutMillis);
                return open(proxy, to, proxy.tls() ? secured(proxy, socket, trust) : socket);
            } catch (RefusedException e) {
                socket.close();
                throw e;
            } catch (IOException e) {
                socket.close();
                refused.add(address.getHostAddress() + ": " + words(e));
            }
        }
        throw new IOException("the proxy " + proxy + " can't be reached (" + refused + ")");
    }

    /** The proxy is there, and opens no tunnel. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private static InetAddress[] addresses(EgressProxy proxy) throws IOException {
        try {
            return InetAddress.getAllByName(proxy.server().host());
        } catch (UnknownHostException e) {
            throw new IOException("the name of the proxy " + proxy + " resolves to no address", e);
        }
    }

    private static Socket open(EgressProxy proxy, HostPort to, Socket socket) throws IOException {
        TunnelRequest request = new TunnelRequest(proxy, to);
        socket.getOutputStream().write(request.text().getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        WholeResponse head = WholeResponse.readHead(socket.getInputStream());
        if (!TunnelRequest.isOpenedBy(head.status())) {
            throw new RefusedException(proxy + ": "
                    + request.refusal(head.status(), head.values("Proxy-Authenticate"))
                            .words());
        }
        return socket;
    }

    private static Socket secured(EgressProxy proxy, Socket plain, SSLSocketFactory trust) throws IOException {
        String name = proxy.server().host();
        SSLSocket secure =
                (SSLSocket) trust.createSocket(plain, name, proxy.server().port(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!Destination.isLiteral(name)) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private static String words(IOException e) {
        return (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()).replaceAll("\\s+", " ");
    }
}
