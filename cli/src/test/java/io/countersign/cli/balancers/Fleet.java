package io.countersign.cli.balancers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.countersign.cli.agents.Child;
import io.countersign.cli.agents.Http;
import io.countersign.cli.agents.Ports;
import io.countersign.testing.Await;
import io.countersign.testing.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Replicas of the gateway in processes of their own, behind HAProxy with the PROXY protocol, sharing a tenant's quota through Redis; and
 * that tenant's agents, which send numbered requests until each was answered with 200.
 */
final class Fleet implements AutoCloseable {
    static final int SLOTS = 3;
    /** Far less than what the agents would send, so that what is not used once is not there later. */
    private static final int RATE = 40;

    private static final int BURST = 40;

    /** As docs/CONFIGURATION.md says it for such a burst. */
    private static final int BATCH = 13;

    private static final String BALANCER = "127.0.0.9";
    private static final String AGENT = "127.0.0.3";
    private static final int AGENTS = 8;

    /** Where Debian has it, which is not on every user's path. */
    private static final Path INSTALLED = Path.of("/usr/sbin/haproxy");

    private final HttpServer upstream;
    private final RedisServer redis;
    private final List<Replica> replicas = new ArrayList<>();
    private final int balanced = Ports.free();
    private final Child haproxy;
    private final ExecutorService agents = Executors.newFixedThreadPool(AGENTS + 1);
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong reached = new AtomicLong();
    private final Set<String> received = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private volatile boolean sending = true;
    private long firstSent;
    private int started;

    /** How long single replicas have counted alone while Redis was there: each may use its share then besides what the others use. */
    private final AtomicLong cutOff = new AtomicLong();

    private volatile boolean redisIsThere = true;

    /** One slot of the balancer. */
    final class Replica {
        private final int admin = Ports.free();
        private final int port = Ports.free();
        private final Child process;
        private volatile boolean running;

        private Replica(Path folder) throws IOException {
            Path config = Files.writeString(folder.resolve("countersign.conf"), """
                    countersign {
                      listeners = [{ bind = "127.0.0.1:%d", proxy-protocol = required, proxy-protocol-from = ["%s"] }]
                      admin { bind = "127.0.0.1:%d" }
                      access { allow = ["%s"] }
                      drain { quiet = 300 ms, max = 20 s }
                      quotas { replicas = %d, shared = "redis://127.0.0.1:%d" }
                      tenants { fleet { match.addresses = ["%s"], routes = [main], rate = %d/s, burst = %d } }
                      credentials { default { access-key-id = AKIDFLEET, secret-access-key = secret-of-the-fleet } }
                      routes { main { upstream = "http://127.0.0.1:%d/prod", service = execute-api, region = us-east-1 } }
                    }
                    """.formatted(
                            port,
                            BALANCER,
                            admin,
                            AGENT,
                            SLOTS,
                            redis.port(),
                            AGENT,
                            RATE,
                            BURST,
                            upstream.getAddress().getPort()));
            process = Child.java(
                    folder.resolve("replica.log"),
                    Map.of(),
                    "io.countersign.cli.Main",
                    List.of("run", "--config=" + config));
        }

        void start() {
            started++;
            process.start();
            process.awaitReady(() -> Http.get(page("/readyz")) != null);
            running = true;
        }

        void kill() {
            running = false;
            process.kill();
        }

        /** As a rolling update ends it. */
        void drain() throws InterruptedException {
            running = false;
            process.terminate();
            assertEquals(0, process.awaitExit(), process::output);
        }

        boolean shares() throws IOException {
            return Http.get(page("/metrics")).contains("\ncountersign_quotas_shared 1");
        }

        private boolean sharesOrIsGone() {
            try {
                return shares();
            } catch (IOException e) {
                return true;
            }
        }

        private String page(String path) {
            return "http://127.0.0.1:" + admin + path;
        }
    }

    Fleet(Path folder) throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        upstream.setExecutor(Executors.newCachedThreadPool());
        upstream.createContext("/", exchange -> {
            reached.incrementAndGet();
            received.add(exchange.getRequestURI().getPath().replaceFirst(".*/", ""));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        upstream.start();
        redis = RedisServer.start(Files.createDirectory(folder.resolve("redis")));
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < SLOTS; i++) {
            Replica replica = new Replica(Files.createDirectory(folder.resolve("replica-" + i)));
            replicas.add(replica);
            servers.append(
                    "  server replica%d 127.0.0.1:%d source %s send-proxy-v2 check port %d inter 100ms fall 1 rise 1%n"
                            .formatted(i, replica.port, BALANCER, replica.admin));
        }
        Path settings = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                  mode tcp
                  balance roundrobin
                  option redispatch 1
                  option httpchk
                  http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host 127.0.0.1
                  http-check expect status 200
                  retries 3
                  timeout connect 1s
                  timeout client 30s
                  timeout server 30s
                listen fleet
                  bind 127.0.0.1:%d
                """.formatted(balanced) + servers);
        String program = Files.isExecutable(INSTALLED) ? INSTALLED.toString() : "haproxy";
        haproxy =
                new Child(folder.resolve("haproxy.log"), Map.of(), List.of(program, "-db", "-f", settings.toString()));
    }

    Replica replica(int slot) {
        return replicas.get(slot);
    }

    void killRedis() throws IOException {
        redisIsThere = false;
        redis.kill();
    }

    void startRedis() throws IOException {
        redis.start();
        redisIsThere = true;
    }

    void pauseRedis() throws IOException {
        redisIsThere = false;
        redis.pause();
    }

    void resumeRedis() throws IOException {
        redis.resume();
        redisIsThere = true;
    }

    /** Starts that number of replicas, and the agents. */
    void start(int running) {
        replicas.subList(0, running).forEach(Replica::start);
        haproxy.start();
        haproxy.awaitReady(() -> {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), balanced)) {
                return probe.isConnected();
            }
        });
        firstSent = System.nanoTime();
        for (int i = 0; i < AGENTS; i++) {
            agents.execute(this::send);
        }
        agents.execute(this::watch);
    }

    private void watch() {
        long last = System.nanoTime();
        while (sending) {
            Await.pace(Duration.ofMillis(200));
            long now = System.nanoTime();
            for (Replica replica : replicas) {
                if (replica.running && redisIsThere && !replica.sharesOrIsGone()) {
                    cutOff.addAndGet(now - last);
                }
            }
            last = now;
        }
    }

    private void send() {
        while (sending) {
            String number = Integer.toString(next.getAndIncrement());
            while (!post(number)) {
                Await.pace(Duration.ofMillis(10));
            }
            acknowledged.add(number);
        }
    }

    private boolean post(String number) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) Await.LIMIT.toMillis());
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 3}), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), balanced));
            socket.getOutputStream()
                    .write(("POST /" + number
                                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\ndata")
                            .getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            if (answer.startsWith("HTTP/1.1 200 ")) {
                return true;
            }
            // What else an agent may get without dropping its data.
            assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 503 "), answer);
            return false;
        } catch (IOException e) {
            // Cut off by whoever was killed.
            return false;
        }
    }

    /** Waits until that many more requests were answered with 200. */
    void deliver(int more) {
        int before = acknowledged.size();
        Await.until(more + " more requests to be delivered", () -> acknowledged.size() >= before + more);
    }

    /** Ends the agents; each sends until its last request is delivered. */
    void stopSending() throws InterruptedException {
        sending = false;
        agents.shutdown();
        assertTrue(agents.awaitTermination(Await.LIMIT.toSeconds(), TimeUnit.SECONDS), "an agent still sends");
    }

    /** That everything that was acknowledged has arrived, besides. */
    String assertNothingIsLostAndTheQuotaKept() {
        assertEquals(next.get(), acknowledged.size(), "an agent ended before its time");
        assertTrue(received.containsAll(acknowledged), "answered with 200, and never received");
        return assertTheQuotaIsKept();
    }

    /**
     * That running replicas let through the rate of one quota while that many more requests are delivered, once its burst is used up. If
     * each had the quota for itself, twice as many would arrive in that time.
     */
    String assertOneRateForAll(int more) {
        long before = reached.get();
        long start = System.nanoTime();
        deliver(more);
        double seconds = (System.nanoTime() - start) / 1e9;
        long passed = reached.get() - before;
        long running = replicas.stream().filter(replica -> replica.running).count();
        // What each may hold at first and owe in the end; and half as much again, since what nobody asks for while this
        // machine is
        // stopped for a moment is let through afterwards.
        long most = (long) (1.5 * RATE * seconds) + running * BATCH;
        String found = "%d requests in %.1f s, of %d at most".formatted(passed, seconds, most);
        assertTrue(passed <= most, found);
        return found;
    }

    /** That no more has arrived than the quota and a batch of each replica that was ever started. */
    String assertTheQuotaIsKept() {
        long sofar = reached.get();
        double seconds = (System.nanoTime() - firstSent) / 1e9;
        double alone = cutOff.get() / 1e9;
        long most = BURST + (long) (RATE * (seconds + alone / SLOTS)) + (long) started * BATCH;
        String found = "%d requests in %.0f s, of %d at most; replicas were cut off for %.1f s"
                .formatted(sofar, seconds, most, alone);
        assertTrue(sofar <= most, found);
        return found;
    }

    @Override
    public void close() throws IOException {
        sending = false;
        agents.shutdownNow();
        haproxy.close();
        replicas.forEach(replica -> replica.process.close());
        redis.close();
        upstream.stop(0);
    }
}
