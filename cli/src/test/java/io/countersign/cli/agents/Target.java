package io.countersign.cli.agents;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A scrape target whose page is made from the number of the scrape, from 1 up. */
public final class Target implements AutoCloseable {
    private final HttpServer server;
    private final IntFunction<String> page;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean open = true;

    private Target(HttpServer server, IntFunction<String> page) {
        this.server = server;
        this.page = page;
    }

    public static Target start(IntFunction<String> page) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Target target = new Target(server, page);
        server.createContext("/metrics", target::serve);
        server.start();
        return target;
    }

    /** Pages of that many series, each with the number of the scrape as its value. */
    static IntFunction<String> probes(int series) {
        return scrape -> IntStream.range(0, series)
                .mapToObj(one -> "probe{series=\"" + one + "\"} " + scrape + "\n")
                .collect(Collectors.joining());
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!open) {
                exchange.sendResponseHeaders(503, -1);
                refused.incrementAndGet();
                return;
            }
            byte[] body = page.apply(served.get() + 1).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            served.incrementAndGet();
        }
    }

    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** How many pages have been served. */
    public int served() {
        return served.get();
    }

    /**
     * Refuses scrapes from now on, and waits for the second that meets this: agents scrape a target one after the other,
     * so all that was served has been taken in by then.
     */
    public void shut() {
        open = false;
        int before = refused.get();
        Await.until("two refused scrapes", () -> refused.get() >= before + 2);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
