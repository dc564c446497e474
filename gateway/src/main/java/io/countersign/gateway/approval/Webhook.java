package io.countersign.gateway.approval;

import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.egress.NoTunnelException;
import io.countersign.proxy.egress.TunnelledExchange;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.proxy.wire.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces each newcomer by a POST of one JSON object, on a thread of its own. A bounded number waits to be announced; what exceeds it, or
 * fails {@value #ATTEMPTS} times, is left out: the list has it all the same.
 *
 * <p>Redirects are not followed, and nothing that the server says is kept or shown: it is spoken to, and not listened to.
 */
final class Webhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    static final int MAX_WAITING = 100;
    static final int ATTEMPTS = 3;
    private static final int CONNECT_MILLIS = 3000;
    private static final int READ_MILLIS = 5000;
    private static final int MAX_SHOWN = 200;

    /** Nothing of an answer but its status counts. */
    private static final int MAX_ANSWER = 64 << 10;

    private static final long REPORT_NANOS = Duration.ofMinutes(1).toNanos();

    /** One attempt: a head that comes byte by byte is within every other limit. */
    private static final Duration WHOLE = Duration.ofSeconds(10);

    private final Supplier<Optional<WebhookTarget>> target;
    private final SSLSocketFactory trust;
    private final Duration pause;
    private final Duration whole;
    private final BlockingQueue<Pending> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong lost = new AtomicLong();
    private final Thread sender = new Thread(this::send, "countersign-webhook");
    private volatile long reported = System.nanoTime() - REPORT_NANOS;

    /**
     * Starts it.
     *
     * @param target in force at a moment; empty: newcomers are not announced
     * @param pause before another attempt
     */
    Webhook(Supplier<Optional<WebhookTarget>> target, Duration pause) {
        this(target, pause, WHOLE, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /**
     * The same.
     *
     * @param whole that one attempt may take
     * @param trust makes TLS where there is a proxy on the way, with either
     */
    Webhook(Supplier<Optional<WebhookTarget>> target, Duration pause, Duration whole, SSLSocketFactory trust) {
        this.target = target;
        this.trust = trust;
        this.pause = pause;
        this.whole = whole;
        sender.setDaemon(true);
        sender.start();
    }

    /** Announces a newcomer, some time. Never blocks. */
    void announce(Pending newcomer) {
        if (target.get().isPresent() && !waiting.offer(newcomer)) {
            lost.incrementAndGet();
        }
    }

    private void send() {
        try {
            while (!Thread.interrupted()) {
                Pending newcomer = waiting.take();
                Optional<WebhookTarget> to = target.get();
                if (to.isPresent()) {
                    send(to.get(), body(newcomer));
                }
            }
        } catch (InterruptedException e) {
            // The end.
        }
    }

    private void send(WebhookTarget to, byte[] body) throws InterruptedException {
        String fault = "";
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (attempt > 1) {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis() * attempt);
            }
            try {
                int status = post(to, body);
                if (status >= 200 && status < 300) {
                    return;
                }
                fault = "it answers " + status;
            } catch (NoTunnelException e) {
                fault = e.getMessage();
            } catch (IOException | RuntimeException e) {
                // The message may quote the URL, all of which may be secret.
                fault = e.getClass().getSimpleName();
            }
        }
        lost.incrementAndGet();
        report(to, fault);
    }

    private void report(WebhookTarget to, String fault) {
        long now = System.nanoTime();
        if (now - reported >= REPORT_NANOS) {
            reported = now;
            LOG.warn(
                    "approval.webhook at {}: {}; {} newcomers were not announced, the list has them",
                    to,
                    fault,
                    lost.get());
        }
    }

    private int post(WebhookTarget to, byte[] body) throws IOException {
        return to.proxy().isPresent() ? tunnelled(to.url(), to.proxy().get(), body) : direct(to.url(), body);
    }

    private int direct(URI to, byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) to.toURL().openConnection(Proxy.NO_PROXY);
        CompletableFuture<Void> end = giveUp(connection::disconnect);
        try {
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            // Otherwise the JDK sends a request again by itself.
            connection.setFixedLengthStreamingMode(body.length);
            connection.setRequestProperty("content-type", "application/json");
            connection.setRequestProperty("user-agent", "countersign");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            return connection.getResponseCode();
        } finally {
            end.cancel(false);
            connection.disconnect();
        }
    }

    private int tunnelled(URI to, EgressProxy proxy, byte[] body) throws IOException {
        String head = "POST " + TunnelledExchange.target(to) + " HTTP/1.1\r\nHost: " + to.getRawAuthority()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                + "\r\nUser-Agent: countersign\r\nConnection: close\r\n\r\n";
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        message.writeBytes(body);
        try (TunnelledExchange exchange = new TunnelledExchange(
                proxy, Hosts.ofHttps(to), TunnelledExchange.Trust.of(trust), CONNECT_MILLIS, READ_MILLIS)) {
            CompletableFuture<Void> end = giveUp(exchange::close);
            try {
                return exchange.send(message.toByteArray(), MAX_ANSWER).status();
            } finally {
                end.cancel(false);
            }
        }
    }

    private CompletableFuture<Void> giveUp(Runnable attempt) {
        return CompletableFuture.runAsync(
                attempt, CompletableFuture.delayedExecutor(whole.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** {@code text} is what chats show. */
    static byte[] body(Pending newcomer) {
        String caller = inert(Shown.of(newcomer.ask().caller().name(), MAX_SHOWN));
        String request = inert(Shown.of(Secrets.NONE.mask(newcomer.seen().request()), MAX_SHOWN));
        String what = newcomer.ask().route().map(route -> "route " + route).orElse("access");
        String kind = newcomer.ask().caller().kind().label();
        StringBuilder out = new StringBuilder(400).append('{');
        out.append("\"type\":\"approval\",\"number\":").append(newcomer.number());
        newcomer.ask().route().ifPresent(route -> member(out, "route", route));
        member(out, "kind", kind);
        member(out, "caller", caller);
        member(out, "request", request);
        member(out, "first_seen", newcomer.seen().first().toString());
        member(
                out,
                "text",
                "Request " + newcomer.number() + ": " + kind.replace('_', ' ') + " " + caller + " asks for " + what
                        + " (" + request + ")");
        return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Chats make links and calls to everybody of what stands in angle brackets, or after an at sign. */
    private static String inert(String text) {
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("@", "\\u0040");
    }

    private static void member(StringBuilder out, String name, String value) {
        out.append(",\"").append(name).append("\":").append(JsonText.quoted(value));
    }

    /** How many newcomers were not announced since start. */
    long lost() {
        return lost.get();
    }

    /** Leaves out what waits. */
    @Override
    public void close() {
        sender.interrupt();
    }
}
