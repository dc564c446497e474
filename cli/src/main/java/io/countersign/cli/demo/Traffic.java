package io.countersign.cli.demo;

import io.countersign.standin.ingest.RemoteWriteBody;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** A few agents that cannot sign: two that remote_write, and one whose requests are hard to sign. */
final class Traffic {
    private static final int SERIES = 25;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int TIMEOUT_MILLIS = 35_000;

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
    private final ExecutorService agents = Executors.newCachedThreadPool();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    private Traffic(InetSocketAddress proxy) {
        this.proxy = proxy;
    }

    static Traffic start(InetSocketAddress proxy) {
        Traffic traffic = new Traffic(proxy);
        traffic.agents.execute(() -> traffic.repeat(round -> traffic.remoteWrite("node-1", round)));
        traffic.agents.execute(() -> traffic.repeat(round -> traffic.remoteWrite("node-2", round)));
        traffic.agents.execute(() -> traffic.repeat(traffic::hardToSign));
        return traffic;
    }

    /** Requests that were answered with 2xx. */
    long accepted() {
        return accepted.sum();
    }

    /** Requests that got another answer, or none. */
    long refused() {
        return refused.sum();
    }

    private interface Agent {
        int send(long round) throws IOException, InterruptedException;
    }

    private void repeat(Agent agent) {
        try {
            for (long round = 0; !agents.isShutdown(); round++) {
                try {
                    (agent.send(round) / 100 == 2 ? accepted : refused).increment();
                } catch (IOException e) {
                    if (!agents.isShutdown()) {
                        refused.increment();
                    }
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private int remoteWrite(String instance, long round) throws IOException, InterruptedException {
        RemoteWriteBody body = new RemoteWriteBody();
        long now = System.currentTimeMillis();
        for (int i = 0; i < SERIES; i++) {
            Map<String, String> labels =
                    Map.of("__name__", "demo_requests_total", "instance", instance, "series", Integer.toString(i));
            body.sample(labels, now, (double) round * (i + 1));
        }
        URI url = URI.create("http://" + proxy.getAddress().getHostAddress() + ":" + proxy.getPort() + "/api/v1/write");
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(Duration.ofMillis(TIMEOUT_MILLIS))
                .header("Content-Type", RemoteWriteBody.CONTENT_TYPE)
                .header("Content-Encoding", RemoteWriteBody.CONTENT_ENCODING)
                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                .POST(BodyPublishers.ofByteArray(body.toBytes()))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
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
        try (Socket socket = new Socket()) {
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

    /** Lets what is under way end. */
    void stop() throws InterruptedException {
        agents.shutdown();
        if (!agents.awaitTermination(5, TimeUnit.SECONDS)) {
            agents.shutdownNow();
        }
    }
}
