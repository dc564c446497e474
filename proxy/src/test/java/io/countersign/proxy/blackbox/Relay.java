package io.countersign.proxy.blackbox;

import io.countersign.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a port that is known only later, such as that of the proxy whose upstream this is. */
final class Relay implements AutoCloseable {
    private final ServerSocket server;
    private final CountDownLatch known = new CountDownLatch(1);
    private final AtomicInteger taken = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile int target;

    Relay() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void to(int port) {
        target = port;
        known.countDown();
    }

    int connections() {
        return taken.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket from = server.accept();
                taken.incrementAndGet();
                Await.released("the target is known", known);
                Socket to = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), target);
                sockets.add(from);
                sockets.add(to);
                daemon(() -> copy(from, to));
                daemon(() -> copy(to, from));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
            to.close();
        } catch (IOException closed) {
            // One side has gone, and the other goes with it.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
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
