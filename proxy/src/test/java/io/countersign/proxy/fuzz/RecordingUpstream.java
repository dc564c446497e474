package io.countersign.proxy.fuzz;

import io.countersign.testing.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The service behind the fuzzed proxy: reads strictly, tells each request's case of it, and answers in a random shape.
 *
 * <p>One daemon thread for each connection, of which the proxy opens as many as it has places in flight.
 */
final class RecordingUpstream implements AutoCloseable {
    /** Larger than any body that the proxy takes. */
    private static final int MAX_BODY = 4 << 20;

    private final ServerSocket server;
    private final Optional<SSLContext> tls;
    private final Violations violations;
    private final Map<String, CaseArrivals> cases = new ConcurrentHashMap<>();
    private final Map<Socket, Boolean> open = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    RecordingUpstream(Optional<SSLContext> tls, Violations violations) {
        this.tls = tls;
        this.violations = violations;
        try {
            server = new ServerSocket(0, 512, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon("fuzz upstream", this::accept);
    }

    String authority() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Requests with this case's tag are expected from now on. */
    CaseArrivals expect(FuzzCase fuzzed) {
        CaseArrivals arrivals = new CaseArrivals(fuzzed, violations);
        cases.put(fuzzed.tag(), arrivals);
        return arrivals;
    }

    /** None of this case's requests may come any more. */
    void forget(FuzzCase fuzzed) {
        cases.remove(fuzzed.tag());
    }

    /** Whether every connection has been read to its end. */
    boolean isAtRest() {
        return open.isEmpty();
    }

    /** Those that have not. */
    int connections() {
        return open.size();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.put(socket, true);
                daemon("fuzz upstream connection", () -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket raw) {
        try (raw) {
            raw.setTcpNoDelay(true);
            if (tls.isPresent()) {
                try (SSLSocket secured =
                        (SSLSocket) tls.get().getSocketFactory().createSocket(raw, "127.0.0.1", raw.getPort(), true)) {
                    secured.setUseClientMode(false);
                    converse(secured, raw);
                }
            } else {
                converse(raw, raw);
            }
        } catch (IOException e) {
            // The proxy went away, which it may at any time.
        } finally {
            open.remove(raw);
        }
    }

    private void converse(Socket socket, Socket raw) throws IOException {
        StrictParser parser = new StrictParser(socket.getInputStream(), MAX_BODY);
        ParsedHead last = null;
        try {
            while (true) {
                ParsedHead head = parser.head(false);
                if (head == null) {
                    return;
                }
                last = head;
                if (!answer(parser, head, socket, raw)) {
                    return;
                }
            }
        } catch (Malformed | StrictParser.TooLarge e) {
            violations.add("the upstream was sent what is no request: " + e.getMessage() + ", after "
                    + (last == null ? "nothing" : Oracle.printable(last.text())));
        } catch (Unfinished e) {
            // The case knows how much of it may come.
        }
    }

    /** Returns whether the connection goes on. */
    private boolean answer(StrictParser parser, ParsedHead head, Socket socket, Socket raw)
            throws IOException, Malformed, Unfinished, StrictParser.TooLarge {
        ArrivedRequest arrival = new ArrivedRequest(numbers.incrementAndGet(), head);
        StrictParser.Framing framing = StrictParser.framing(head, false);
        CaseArrivals known = caseOf(head);
        if (known == null || head.folded()) {
            violations.add("no case has sent this: " + arrival);
            return false;
        }
        arrival.answer =
                ShapedAnswer.of(known.nextSeed(), arrival.number, head.method(), framing != StrictParser.Framing.NONE);
        known.add(arrival);
        if (!arrival.answer.early()) {
            arrival.body = parser.body(head, framing);
            known.checkSignature(arrival);
        }
        boolean goesOn = write(arrival, socket, raw);
        if (goesOn && arrival.answer.early()) {
            arrival.body = parser.body(head, framing);
        }
        if (arrival.answer.after() == ShapedAnswer.After.SPOILT && parser.head(false) != null) {
            violations.add("a connection that had been sent more than its response was used again, after " + arrival);
            return false;
        }
        return goesOn;
    }

    private CaseArrivals caseOf(ParsedHead head) {
        CaseArrivals found = find(head.target());
        if (found != null) {
            return found;
        }
        for (String value : head.values("x-case")) {
            found = find(value);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** A tag is a t and twelve hex digits. */
    private CaseArrivals find(String text) {
        for (int at = text.indexOf('t'); at >= 0; at = text.indexOf('t', at + 1)) {
            if (at + 13 <= text.length()) {
                CaseArrivals found = cases.get(text.substring(at, at + 13));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static boolean write(ArrivedRequest arrival, Socket socket, Socket raw) throws IOException {
        ShapedAnswer answer = arrival.answer;
        if (answer.pauseMillis() > 0) {
            Await.pace(Duration.ofMillis(answer.pauseMillis()));
        }
        OutputStream out = socket.getOutputStream();
        byte[] bytes = answer.bytes();
        int limit = Math.max(answer.pieces(), bytes.length / 100 + 1);
        int from = 0;
        while (from < bytes.length) {
            int length = Math.min(limit, bytes.length - from);
            if (from + length == bytes.length) {
                // Before the client can have all of it.
                arrival.answered = true;
            }
            out.write(bytes, from, length);
            from += length;
        }
        switch (answer.after()) {
            case CLOSE -> socket.close();
            case RESET -> {
                raw.setSoLinger(true, 0);
                raw.close();
            }
            default -> {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open.keySet()) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
