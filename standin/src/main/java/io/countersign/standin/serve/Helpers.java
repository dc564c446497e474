package io.countersign.standin.serve;

import io.countersign.standin.json.Json;
import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.Counters;
import io.countersign.standin.verify.PathMode;
import io.countersign.standin.wire.Answer;
import io.countersign.standin.wire.Content;
import io.countersign.standin.wire.Framing;
import io.countersign.standin.wire.HeaderLine;
import io.countersign.standin.wire.Pace;
import io.countersign.standin.wire.RequestHead;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The paths that tests of streaming ask for: {@code /stream}, {@code /events}, {@code /echo}, {@code /slow-read}. */
final class Helpers {
    private static final byte[] PIECE = new byte[16_384];

    private final Counters counters;
    private final PathMode pathMode;
    private final LongSupplier nanoTicker = System::nanoTime;

    Helpers(Counters counters, PathMode pathMode) {
        this.counters = counters;
        this.pathMode = pathMode;
    }

    /** How fast to read the body of this request. */
    Pace pace(RequestHead head) {
        if (!head.path().endsWith("/slow-read")) {
            return bytes -> {};
        }
        long perSecond = Math.max(1, new QueryParameters(head.query()).number("bytesPerSecond", 65_536));
        return bytes -> {
            counters.add(Counter.SLOW_READ_BYTES, bytes);
            Waiting.hold(Duration.ofNanos(bytes * 1_000_000_000L / perSecond));
        };
    }

    Answer answer(RequestHead head, byte[] body) {
        QueryParameters query = new QueryParameters(head.query());
        String path = head.path();
        if (path.endsWith("/stream")) {
            Framing framing = query.flag("close")
                    ? Framing.CLOSE
                    : query.flag("chunked") ? Framing.CHUNKED : Framing.CONTENT_LENGTH;
            return streamed("application/octet-stream", zeros(query.number("bytes", 1 << 20)), framing);
        }
        if (path.endsWith("/events")) {
            Duration interval = Duration.ofMillis(query.number("interval", 1000));
            return streamed("text/event-stream", events(query.number("count", 10), interval), Framing.CHUNKED);
        }
        if (path.endsWith("/echo")) {
            List<List<String>> headers = head.headers().stream()
                    .map(line -> List.of(line.name(), line.value()))
                    .toList();
            return Answer.json(
                    200,
                    Json.write(Map.of(
                            "method", head.method(),
                            "target", head.target(),
                            "headers", headers,
                            "bodyBytes", body.length,
                            "bodySha256", hex("SHA-256", body))));
        }
        // S3 answers a PUT with the object's MD5. Nothing is kept.
        return pathMode == PathMode.S3 && head.method().equals("PUT")
                ? Answer.empty(200).with("ETag", '"' + hex("MD5", body) + '"')
                : Answer.json(200, "{\"bytes\":" + body.length + "}");
    }

    private static Answer streamed(String type, Content content, Framing framing) {
        return new Answer(200, List.of(new HeaderLine("Content-Type", type)), content, framing);
    }

    private Content zeros(long bytes) {
        return new Content() {
            @Override
            public long length() {
                return bytes;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                for (long left = bytes; left > 0; left -= PIECE.length) {
                    writeCounted(out, PIECE, (int) Math.min(left, PIECE.length));
                }
            }
        };
    }

    private Content events(long count, Duration interval) {
        return new Content() {
            @Override
            public long length() {
                return -1;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                for (long i = 0; i < count; i++) {
                    if (i > 0) {
                        Waiting.hold(interval);
                    }
                    byte[] event = ("id: " + i + "\ndata: {\"event\":" + i + "}\n\n").getBytes(StandardCharsets.UTF_8);
                    writeCounted(out, event, event.length);
                    out.flush();
                }
            }
        };
    }

    /** The time in which a write does not return is time for which the reader held us back. */
    private void writeCounted(OutputStream out, byte[] bytes, int length) throws IOException {
        long before = nanoTicker.getAsLong();
        out.write(bytes, 0, length);
        counters.add(Counter.STREAM_STALL_MICROS, (nanoTicker.getAsLong() - before) / 1000);
        counters.add(Counter.STREAM_BYTES, length);
    }

    private static String hex(String algorithm, byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
