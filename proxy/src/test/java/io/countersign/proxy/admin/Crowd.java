package io.countersign.proxy.admin;

import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Connections that say something, read nothing, and come again as soon as they are closed. */
final class Crowd implements AutoCloseable {
    /** Of a slow reader, between two bytes. */
    private static final Duration PACE = Duration.ofMillis(50);

    private final AtomicInteger connected = new AtomicInteger();
    private final List<Thread> threads;
    private volatile boolean stopped;

    /** @param receiveBuffer bytes that the system may hold for each; 0: its own choice */
    Crowd(int size, InetSocketAddress server, String says, int receiveBuffer) {
        threads = IntStream.range(0, size)
                .mapToObj(i -> new Thread(() -> run(server, says, receiveBuffer), "crowd " + i))
                .toList();
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void run(InetSocketAddress server, String says, int receiveBuffer) {
        while (!stopped) {
            try (Socket socket = new Socket()) {
                if (receiveBuffer > 0) {
                    socket.setReceiveBufferSize(receiveBuffer);
                }
                socket.connect(server);
                socket.setSoTimeout(50);
                socket.getOutputStream().write(says.getBytes(StandardCharsets.US_ASCII));
                connected.incrementAndGet();
                awaitEnd(socket, receiveBuffer > 0);
            } catch (IOException e) {
                // Closed already: it comes again.
            }
        }
    }

    /** Of an answer one byte is read each time, so that the end is seen at last. */
    private void awaitEnd(Socket socket, boolean answered) throws IOException {
        while (!stopped) {
            try {
                if (socket.getInputStream().read() < 0) {
                    return;
                }
                if (answered) {
                    Await.pace(PACE);
                }
            } catch (java.net.SocketTimeoutException e) {
                // Still open.
            }
        }
    }

    void awaitConnected() {
        Await.until("the whole crowd has come", () -> connected.get() >= threads.size());
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            Await.until(thread.getName() + " has ended", () -> !thread.isAlive());
        }
    }
}
