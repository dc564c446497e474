package io.countersign.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A forward proxy on loopback: answers each CONNECT as a test sets it, and leads every tunnel to one server, whatever host was asked
 * for. Two daemon threads for each connection.
 */
public final class ConnectProxy implements AutoCloseable {
    private static final String OPEN = "HTTP/1.1 200 Connection established\r\n\r\n";

    private final ServerSocket server;
    private final Optional<SSLContext> tls;
    private final int target;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile String login = "";
    private volatile String answer = OPEN;
    private volatile Runnable before = () -> {};

    private ConnectProxy(int target, Optional<SSLContext> tls) {
        this.target = target;
        this.tls = tls;
        try {
            server = new ServerSocket(0, 100, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** @param target the port on loopback that tunnels lead to */
    public static ConnectProxy to(int target) {
        return new ConnectProxy(target, Optional.empty());
    }

    /** The same, spoken to over TLS. */
    public static ConnectProxy overTls(int target, SSLContext context) {
        return new ConnectProxy(target, Optional.of(context));
    }

    /** Demands this from now on, as {@code user:password} in Base64. */
    public ConnectProxy demanding(String basic) {
        login = basic;
        return this;
    }

    /** What every further CONNECT gets in place of a tunnel's head; a tunnel begins after one that says 200. */
    public ConnectProxy answering(String head) {
        answer = head;
        return this;
    }

    /** What happens between each CONNECT and its answer. */
    public ConnectProxy before(Runnable step) {
        before = step;
        return this;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** @param userInfo as {@code user:password@}, or empty */
    public String url(String userInfo) {
        return (tls.isPresent() ? "https://" : "http://") + userInfo + "127.0.0.1:" + port();
    }

    /** The heads of all requests so far. */
    public List<String> heads() {
        return List.copyOf(heads);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try (Socket client = secured(plain)) {
            String head = head(client.getInputStream());
            heads.add(head);
            before.run();
            boolean known = login.isEmpty() || head.contains("\r\nProxy-Authorization: Basic " + login + "\r\n");
            String said = known
                    ? answer
                    : "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                            + "Content-Length: 0\r\n\r\n";
            client.getOutputStream().write(said.getBytes(ISO_8859_1));
            if (said.startsWith("HTTP/1.1 200") || said.startsWith("HTTP/1.0 200")) {
                relay(client);
            } else if (!said.isEmpty()) {
                // Until the client has read it: a close with unread bytes would be a reset.
                client.getInputStream().read();
            }
        } catch (IOException gone) {
            // One of the two went away.
        }
    }

    private Socket secured(Socket plain) throws IOException {
        if (tls.isEmpty()) {
            return plain;
        }
        SSLSocket socket =
                (SSLSocket) tls.get().getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        return head.toString(ISO_8859_1);
    }

    private void relay(Socket client) throws IOException {
        try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
            sockets.add(upstream);
            Thread back = daemon(() -> {
                copy(upstream, client);
                close(client);
            });
            copy(client, upstream);
            upstream.shutdownOutput();
            back.join(Await.LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8192];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                out.write(bytes, 0, n);
            }
        } catch (IOException gone) {
            // The tunnel ends with either of its ends.
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "connect proxy");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
