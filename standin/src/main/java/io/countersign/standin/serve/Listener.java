package io.countersign.standin.serve;

import io.countersign.standin.stats.Counter;
import io.countersign.standin.tls.ServerTls;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections, each served by a thread of its own; past the limit a connection is closed at once. */
public final class Listener implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 1024;

    private final ServerSocket server;
    private final ServerTls tls;
    private final Gateway gateway;
    private final ThreadPoolExecutor threads;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Listener(ServerSocket server, ServerTls tls, Gateway gateway, int connections) {
        this.server = server;
        this.tls = tls;
        this.gateway = gateway;
        this.threads = new ThreadPoolExecutor(
                0,
                connections,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, "standin-connection"));
    }

    public static Listener start(InetSocketAddress address, ServerTls tls, Gateway gateway, int connections)
            throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        try {
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException(cannotListen(address, e), e);
        }
        Listener listener = new Listener(server, tls, gateway, connections);
        daemon(listener::accept, "standin-accept").start();
        return listener;
    }

    /** What to say where the system refuses an address. */
    public static String cannotListen(InetSocketAddress address, IOException refusal) {
        String host = address.getAddress().getHostAddress();
        return "the stand-in can't listen on " + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":"
                + address.getPort() + ": " + refusal.getMessage();
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                admit(server.accept());
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.warn("a connection could not be accepted: {}", e.getMessage());
                }
            }
        }
    }

    private void admit(Socket socket) throws IOException {
        gateway.counters().count(Counter.CONNECTIONS_TOTAL);
        gateway.counters().count(Counter.CONNECTIONS_OPEN);
        open.add(socket);
        try {
            threads.execute(() -> {
                try {
                    new Connection(socket, tls, gateway).run();
                } finally {
                    forget(socket);
                }
            });
        } catch (RejectedExecutionException full) {
            gateway.counters().count(Counter.CONNECTIONS_REFUSED);
            forget(socket);
            socket.close();
        }
    }

    private void forget(Socket socket) {
        open.remove(socket);
        gateway.counters().add(Counter.CONNECTIONS_OPEN, -1);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Stops at once: connections are cut where they are. */
    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
        for (Socket socket : open) {
            socket.close();
        }
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("connections have not ended within 5 s of being closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
