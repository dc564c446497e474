package io.countersign.proxy.fuzz;

import io.countersign.proxy.fuzz.Expected.Kind;
import io.countersign.proxy.fuzz.FuzzCase.Ending;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Plays one case to the proxy, and reads what it is owed. */
final class FuzzClient implements AutoCloseable {
    private static final int MAX_RESPONSE = 1 << 20;
    private static final int SILENCE_MILLIS = 40_000;

    private final FuzzCase fuzzed;
    private final Violations violations;
    private final Socket socket = new Socket();
    private final List<Seen> seen = new ArrayList<>();
    private StrictParser parser;
    private int written;
    private int nextWrite;
    private boolean halfClosed;
    private boolean writingFailed;

    private FuzzClient(FuzzCase fuzzed, Violations violations) {
        this.fuzzed = fuzzed;
        this.violations = violations;
    }

    /** One entry for each expected request, up to where the connection ended. */
    static List<Seen> play(FuzzCase fuzzed, InetSocketAddress proxy, Violations violations) throws IOException {
        try (FuzzClient client = new FuzzClient(fuzzed, violations)) {
            client.socket.setTcpNoDelay(true);
            client.socket.setSoTimeout(SILENCE_MILLIS);
            client.socket.connect(proxy);
            client.parser = new StrictParser(client.socket.getInputStream(), MAX_RESPONSE);
            client.play();
            return client.seen;
        }
    }

    private void play() throws IOException {
        if (fuzzed.ending() == Ending.VANISH) {
            write(fuzzed.sent().length);
            if (Math.floorMod(fuzzed.seed(), 2) == 0) {
                socket.setSoLinger(true, 0);
            }
            return;
        }
        for (Expected request : fuzzed.expected()) {
            write(fuzzed.pipelined() ? fuzzed.sent().length : request.to());
            boolean all = written == fuzzed.sent().length;
            if (request.kind() == Kind.UNFINISHED || (all && fuzzed.ending() == Ending.HALF_CLOSE)) {
                halfClose();
            }
            Seen response = read(request);
            seen.add(response);
            if (response.head() == null || response.closes()) {
                expectEnd(response, isUnknownHead(request));
                return;
            }
        }
        if (fuzzed.ending() == Ending.RESET) {
            socket.setSoLinger(true, 0);
        } else if (halfClosed) {
            expectEnd(Seen.NOTHING, false);
        }
    }

    /** A proxy that has closed already takes no more; what it answered is still to be read. */
    private void write(int upTo) {
        try {
            while (written < upTo) {
                int limit = fuzzed.writes().get(nextWrite++ % fuzzed.writes().size());
                int length = Math.min(limit, upTo - written);
                socket.getOutputStream().write(fuzzed.sent(), written, length);
                written += length;
                if (fuzzed.pausing() && nextWrite < 50) {
                    Await.pace(Duration.ofNanos(50_000));
                }
            }
        } catch (IOException e) {
            writingFailed = true;
            written = fuzzed.sent().length;
        }
    }

    private void halfClose() {
        try {
            if (!halfClosed) {
                halfClosed = true;
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            // Closed by the proxy.
        }
    }

    private Seen read(Expected request) throws IOException {
        int interims = 0;
        ParsedHead head = null;
        try {
            while (true) {
                head = parser.head(false);
                if (head == null) {
                    return Seen.NOTHING;
                }
                if (!head.startLine().matches("HTTP/1\\.1 [1-5][0-9]{2}( .*)?")) {
                    violations.add("not a status line: " + head.startLine() + "\n" + fuzzed);
                    return Seen.NOTHING;
                }
                if (head.startLine().charAt(9) != '1') {
                    return body(request, head, interims);
                }
                interims++;
                boolean asked = request.head() == null || request.head().has("expect");
                if (!asked || interims > 1 || !head.startLine().startsWith("100", 9)) {
                    violations.add("an interim response that nobody asked for: " + head.startLine() + "\n" + fuzzed);
                }
            }
        } catch (SocketTimeoutException e) {
            violations.add("no answer to request " + (seen.size() + 1) + " of\n" + fuzzed + "\nafter " + seen);
        } catch (Malformed e) {
            violations.add("a malformed response (" + e.getMessage() + ") to\n" + fuzzed);
        } catch (Unfinished | IOException e) {
            return head == null ? Seen.NOTHING : new Seen(null, 0, false, false, true, interims);
        }
        return Seen.NOTHING;
    }

    private Seen body(Expected request, ParsedHead head, int interims) throws Malformed, SocketTimeoutException {
        int status = Integer.parseInt(head.startLine().substring(9, 12));
        boolean bodiless = status == 204
                || status == 304
                || (request.head() != null && request.head().method().equals("HEAD"));
        try {
            StrictParser.Framing framing = bodiless ? StrictParser.Framing.NONE : StrictParser.framing(head, true);
            byte[] body = parser.body(head, framing);
            boolean doubtful = writingFailed && framing == StrictParser.Framing.UNTIL_CLOSE;
            return new Seen(head, body.length, true, doubtful, isPure(head, body), interims);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (Unfinished | IOException e) {
            return new Seen(head, 0, false, false, true, interims);
        } catch (StrictParser.TooLarge e) {
            throw new Malformed("a body over the limit");
        }
    }

    private static boolean isPure(ParsedHead head, byte[] body) {
        return !head.has("x-echo")
                || Arrays.equals(
                        body,
                        ShapedAnswer.body(Long.parseLong(head.values("x-echo").get(0)), body.length));
    }

    /** Whoever cannot read a head does not know that it was HEAD, and sends a body. */
    private static boolean isUnknownHead(Expected request) {
        return request.mayRefuse()
                && request.head() != null
                && request.head().method().equals("HEAD");
    }

    /** Nothing follows, and the proxy closes. */
    private void expectEnd(Seen last, boolean unknownHead) throws IOException {
        try {
            ParsedHead more = parser.head(false);
            if (more != null) {
                violations.add("a response after the last: " + more.startLine() + "\n" + fuzzed + "\nafter " + seen);
            }
        } catch (SocketTimeoutException e) {
            violations.add("the connection was not closed after " + last + "\n" + fuzzed);
        } catch (Malformed | Unfinished e) {
            if (last.whole() && !unknownHead) {
                violations.add("bytes after the last response\n" + fuzzed + "\nafter " + seen);
            }
        } catch (IOException e) {
            // Closed by a reset.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
