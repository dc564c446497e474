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

    /** Hears of a connection that is about to be made. */
    @FunctionalInterface
    public interface Beginning {
        /** @throws IOException when it is not wanted any more */
        void with(Socket socket) throws IOException;
    }

    /**
     * Opens a connection to {@code to} through the proxy. What is read from the socket has come through the tunnel.
     *
     * @param trust makes TLS with a proxy that is spoken to over it; its name is verified here
     * @param timeoutMillis to connect to each address of the proxy, and then for each read
     * @throws NoTunnelException when there is none
     */
    public static Socket open(EgressProxy proxy, HostPort to, SSLSocketFactory trust, int timeoutMillis)
            throws IOException {
        return open(proxy, to, trust, timeoutMillis, socket -> {});
    }

    /**
     * The same.
     *
     * @param began is given each connection to the proxy before anything is done with it, so that another thread can close it: a head
     *     that comes byte by byte is within the time for each read
     */
    public static Socket open(
            EgressProxy proxy, HostPort to, SSLSocketFactory trust, int timeoutMillis, Beginning began)
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
                began.with(socket);
                socket.connect(new InetSocketAddress(address, proxy.server().port()), timeoutMillis);
                socket.setSoTimeout(timeoutMillis);
                return open(proxy, to, proxy.tls() ? secured(proxy, socket, trust) : socket);
            } catch (NoTunnelException e) {
                socket.close();
                throw e;
            } catch (IOException e) {
                socket.close();
                refused.add(address.getHostAddress() + ": " + words(e));
            }
        }
        throw new NoTunnelException("the proxy " + proxy + " can't be reached (" + refused + ")");
    }

    private static InetAddress[] addresses(EgressProxy proxy) throws IOException {
        try {
            return InetAddress.getAllByName(proxy.server().host());
        } catch (UnknownHostException e) {
            throw new NoTunnelException("the name of the proxy " + proxy + " resolves to no address", e);
        }
    }

    private static Socket open(EgressProxy proxy, HostPort to, Socket socket) throws IOException {
        TunnelRequest request = new TunnelRequest(proxy, to);
        socket.getOutputStream().write(request.text().getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        WholeResponse head = WholeResponse.readHead(socket.getInputStream());
        if (!TunnelRequest.isOpenedBy(head.status())) {
            throw new NoTunnelException(proxy + ": "
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
