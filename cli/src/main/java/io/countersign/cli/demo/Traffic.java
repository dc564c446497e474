package io.countersign.cli.demo;

import io.countersign.standin.ingest.RemoteWriteBody;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A few agents that cannot sign: two that remote_write, and one whose requests are hard to sign; and a caller from another address,
 * which asks once and again.
 */
final class Traffic {
    /** Of the caller that a list may deny. */
    static final String OTHER_ADDRESS = "127.0.0.2";

    static final int SAMPLES_A_REQUEST = 25;

    private static final int TIMEOUT_MILLIS = 35_000;
    private static final Duration OTHER_ASKS_EVERY = Duration.ofMillis(500);

    /** Sent as they stand, by socket: every HTTP library would tidy some of them. */
    private static final List<String> HARD_TO_SIGN = List.of(
            "/reports/2024%20Q1/%C3%BCbersicht.json",
            "/files/a%2Fb;v=1/c:d@e,f",
            "/search?q=a+b%20c&tag=x&tag=y&empty=&flag",
            "/api/v1/series?match[]=up{job=%22a%22}&match[]=down&start=1&a=2&a1=3",
            "/double//slash/?z=1&Z=2&%7Etilde=~&quote='(x)!*",
            "/signed/%E2%82%AC?price=%E2%82%AC5&equals=a=b&percent=100%25");

    private final InetSocketAddress proxy;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final long began = System.currentTimeMillis();
    private final List<Sender> senders;
    private final Thread other = new Thread(this::askFromElsewhere, "demo-other");
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong denied = new AtomicLong();

    private Traffic(InetSocketAddress proxy) {
        this.proxy = proxy;
        senders = List.of(
                new Sender("node-1", round -> remoteWrite("node-1", round)),
                new Sender("node-2", round -> remoteWrite("node-2", round)),
                new Sender("odd paths", round -> () -> Sender.Outcome.forPerson(hardToSign(round))));
        other.setDaemon(true);
    }

    static Traffic start(InetSocketAddress proxy) {
        Traffic traffic = new Traffic(proxy);
        traffic.senders.forEach(Sender::start);
        traffic.other.start();
        return traffic;
    }

    List<Sender.Count> counts() {
        return senders.stream().map(Sender::count).toList();
    }

    /** Samples that the agents here have made so far. */
    long samples() {
        return writers().mapToLong(each -> each.count().made()).sum() * SAMPLES_A_REQUEST;
    }

    private Stream<Sender> writers() {
        return senders.stream().limit(2);
    }

    /** Requests of the other caller that got 2xx. */
    long admitted() {
        return admitted.get();
    }

    /** Requests of the other caller that got 403. */
    long denied() {
        return denied.get();
    }

    /** Whether no agent is held up: what an agent has just made may be on its way. */
    boolean isWell() {
        return counts().stream().allMatch(each -> each.held() <= 2);
    }

    private boolean isAllSent() {
        return counts().stream().allMatch(each -> each.held() == 0);
    }

    /** One request, made once: what is sent again is the same. */
    private Sender.Item remoteWrite(String instance, long round) {
        RemoteWriteBody body = new RemoteWriteBody();
        long time = began + round * Sender.EVERY.toMillis();
        for (int i = 0; i < SAMPLES_A_REQUEST; i++) {
            Map<String, String> labels =
                    Map.of("__name__", "demo_requests_total", "instance", instance, "series", Integer.toString(i));
            body.sample(labels, time, (double) round * (i + 1));
        }
        URI url = URI.create("http://" + proxy.getAddress().getHostAddress() + ":" + proxy.getPort() + "/api/v1/write");
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(Duration.ofMillis(TIMEOUT_MILLIS))
                .header("Content-Type", RemoteWriteBody.CONTENT_TYPE)
                .header("Content-Encoding", RemoteWriteBody.CONTENT_ENCODING)
                .header("User-Agent", "Prometheus/demo (" + instance + ")")
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(BodyPublishers.ofByteArray(body.toBytes()))
                .build();
        return () -> Sender.Outcome.forAgent(
                client.send(request, BodyHandlers.discarding()).statusCode());
    }

    private int hardToSign(long round) throws IOException {
        String target = HARD_TO_SIGN.get((int) (round % HARD_TO_SIGN.size()));
        boolean chunked = round % 2 == 1;
        String head = (chunked ? "POST " : "GET ") + target + " HTTP/1.1\r\n"
                + "Host: localhost:" + proxy.getPort() + "\r\n"
                + "X-Amz-Meta-Note:   padded   and  spaced  \r\n"
                + "X-Amz-Meta-Note: twice\r\n"
                + "Connection: close\r\n"
                + (chunked ? "Content-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n" : "")
                + "\r\n"
                + (chunked ? "5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\n\r\n" : "");
        return exchange(proxy.getAddress(), head);
    }

    private void askFromElsewhere() {
        String head =
                "GET /reports/today HTTP/1.1\r\nHost: localhost:" + proxy.getPort() + "\r\nConnection: close\r\n\r\n";
        try {
            while (true) {
                try {
                    int status = exchange(InetAddress.getByName(OTHER_ADDRESS), head);
                    if (status == 403) {
                        denied.incrementAndGet();
                    } else if (status / 100 == 2) {
                        admitted.incrementAndGet();
                    }
                } catch (IOException ended) {
                    // It asks again, as it would if the proxy were away for a moment.
                }
                Thread.sleep(OTHER_ASKS_EVERY.toMillis());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the status; 0 for a connection that ended without one. */
    private int exchange(InetAddress from, String head) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(proxy, TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String status = in.readLine();
            while (in.readLine() != null) {
                // to the end, so that the answer was whole
            }
            return status == null ? 0 : Integer.parseInt(status.split(" ", 3)[1]);
        }
    }

    /** Makes nothing more, and sends what is left; returns when all is sent, or when {@code patience} is over. */
    void finish(Duration patience) throws InterruptedException {
        senders.forEach(Sender::finish);
        long end = System.nanoTime() + patience.toNanos();
        while (!isAllSent() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        stop();
    }

    private void stop() throws InterruptedException {
        other.interrupt();
        for (Sender sender : senders) {
            sender.stop();
        }
    }
}
