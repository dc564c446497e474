package io.countersign.proxy.egress;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.HostPort;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

class BlockingTunnelTest {
    private static final HostPort API = new HostPort("sts.example", 443);

    /** Each byte comes within the limit for a read, so without the interrupt the fetch would hang for as long as the head may be. */
    @Test
    void whoeverIsInterruptedGivesUpOnAHeadThatDrips() throws Exception {
        CountDownLatch dripping = new CountDownLatch(5);
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            daemon(() -> drip(server, dripping));
            EgressProxy proxy = EgressProxy.parse("http://127.0.0.1:" + server.getLocalPort(), "X");
            CompletableFuture<Socket> opened = new CompletableFuture<>();
            Thread fetch = daemon(() -> {
                try {
                    opened.complete(
                            BlockingTunnel.open(proxy, API, (SSLSocketFactory) SSLSocketFactory.getDefault(), 60_000));
                } catch (IOException e) {
                    opened.completeExceptionally(e);
                }
            });
            assertTrue(dripping.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS));
            fetch.interrupt();
            try {
                opened.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                assertInstanceOf(IOException.class, e.getCause());
                assertTrue(
                        e.getCause().getMessage().contains("given up"),
                        e.getCause().getMessage());
            }
            assertTrue(opened.isCompletedExceptionally());
        }
    }

    /** A head without end, a byte at a time. */
    private static void drip(ServerSocket server, CountDownLatch dripping) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write("HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                socket.getOutputStream().write('x');
                socket.getOutputStream().flush();
                dripping.countDown();
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (IOException | InterruptedException e) {
            // The other side has gone.
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
