package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.FileDescriptors;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large answers and long runs leave nothing behind: neither memory nor open sockets. */
@WireTest
class BurdenTest {
    private static final long GIB = 1L << 30;
    private static final long MOST_ADDED = 16L << 20;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    /** What a response takes is direct memory, since it is never collected; looked at some hundred times on its way. */
    @Test
    void streamsAGibibyteInLittleMemory(@TempDir Path folder) throws IOException {
        byte[] piece = new byte[1 << 20];
        upstream.script((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + GIB + "\r\n\r\n");
            for (long sent = 0; sent < GIB; sent += piece.length) {
                connection.send(piece);
            }
        });
        try (Site site = Site.open(folder, upstream);
                Socket socket =
                        new Socket(site.address().getAddress(), site.address().getPort())) {
            assertEquals(404, site.admin("/none").status());
            double before = site.metric("countersign_allocator_bytes{area=\"direct\"}");
            socket.setSoTimeout((int) Await.LIMIT.toMillis());
            socket.getOutputStream().write(Requests.get("/large").getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            byte[] block = new byte[1 << 20];
            long came = 0;
            double most = before;
            while (came < GIB) {
                int read = in.read(block);
                assertTrue(read > 0, "ended after " + came + " bytes");
                if (came / (8 << 20) != (came + read) / (8 << 20)) {
                    most = Math.max(most, site.metric("countersign_allocator_bytes{area=\"direct\"}"));
                }
                came += read;
            }
            assertTrue(most - before <= MOST_ADDED, "memory grew by " + (most - before) + " bytes");
        }
    }

    /** In the middle of a head, which is in memory then, and time and again, since it is a race. */
    @Test
    void closesItsConnectionsWhenItEnds(@TempDir Path folder) {
        for (int i = 0; i < 20; i++) {
            Site site = Site.open(folder, upstream);
            try (site;
                    RawClient idle = site.connect();
                    RawClient begun = site.connect()) {
                assertEquals(200, idle.send(Requests.get("/w")).read().status());
                begun.send("GET /w HTTP/1.1\r\nHo");
                site.close();
                assertEquals("", idle.readToEnd().rest());
                assertEquals("", begun.readToEnd().rest());
            }
        }
    }

    /** Good calls, refusals, upstreams that die and clients that go away, in an order that the seed decides. */
    @Test
    void closesEverySocketItOpened(@TempDir Path folder) {
        long seed = System.nanoTime();
        System.out.println("BurdenTest: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        AtomicInteger good = new AtomicInteger();
        upstream.script((request, connection) -> {
            String target = request.head().target();
            if (target.endsWith("/reset")) {
                connection.reset();
            } else if (target.endsWith("/truncated")) {
                connection
                        .send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                        .close();
            } else if (target.endsWith("/gone")) {
                connection.awaitEnd();
            } else {
                connection.send(Script.ok("good"));
            }
        });
        long before = FileDescriptors.sockets();
        try (Site site = Site.open(folder, upstream)) {
            long listening = FileDescriptors.sockets();
            for (int i = 0; i < 2000; i++) {
                exchange(site, random.nextInt(10), good);
            }
            assertTrue(good.get() > 0);
            // One connection may wait in the pool, with an end on either side.
            FileDescriptors.awaitAtMost(listening + 2);
            assertEquals(0, site.metric("countersign_buffered_bytes"));
        }
        FileDescriptors.awaitAtMost(before + 1);
    }

    private static void exchange(Site site, int kind, AtomicInteger good) {
        try (RawClient client = site.connect()) {
            switch (kind) {
                case 0 -> client.send(Requests.post("/reset", "x")).tryRead();
                case 1 -> client.send(Requests.get("/truncated")).tryRead();
                case 2 ->
                    client.send("GET /w HTTP/1.1\r\nHost: elsewhere\r\n\r\n").tryRead();
                case 3 -> client.send("nonsense\r\n\r\n").tryRead();
                case 4 ->
                    client.send(Requests.head("POST /w HTTP/1.1", "Content-Length: 10") + "hal")
                            .reset();
                case 5 -> client.send(Requests.get("/gone")).reset();
                case 6 -> client.send("GET /w HTTP/1.1\r\nHo");
                default -> {
                    Optional<?> response =
                            client.send(Requests.post("/good", "samples")).tryRead();
                    good.addAndGet(response.isPresent() ? 1 : 0);
                }
            }
        }
    }
}
