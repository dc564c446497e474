package io.countersign.standin.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;

/** Writes answers as bytes, with what API Gateway adds to each: {@code Date} and {@code x-amzn-RequestId}. */
public final class AnswerWriter {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final OutputStream out;

    public AnswerWriter(OutputStream out) {
        this.out = out;
    }

    /** What an answer needs to know of its exchange. */
    public record Frame(Instant date, String requestId, boolean headRequest, boolean keepAlive) {}

    /**
     * Writes and flushes the answer.
     *
     * @param cutBody after how many bytes of the body to end the connection, and how
     */
    public void write(Answer answer, Frame frame, OptionalLong cutBody, Ending ending) throws IOException {
        // A body is neither sent nor announced with 1xx, 204; nor sent with 304 or to HEAD (RFC 9112 section 6.3).
        boolean none = answer.status() == 204 || answer.status() < 200;
        boolean unsent = none || answer.status() == 304 || frame.headRequest();
        out.write(head(answer, frame, none).getBytes(StandardCharsets.ISO_8859_1));
        if (!unsent) {
            OutputStream target = cutBody.isPresent() ? new CuttingOutput(out, cutBody.getAsLong(), ending) : out;
            if (answer.framing() == Framing.CHUNKED) {
                ChunkedOutput chunks = new ChunkedOutput(target);
                answer.content().writeTo(chunks);
                chunks.finish();
            } else {
                answer.content().writeTo(target);
            }
        }
        out.flush();
    }

    private static String head(Answer answer, Frame frame, boolean noBody) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(answer.status()).append(' ').append(reason(answer.status()));
        head.append("\r\nDate: ").append(HTTP_DATE.format(frame.date()));
        head.append("\r\nx-amzn-RequestId: ").append(frame.requestId());
        for (HeaderLine line : answer.headers()) {
            head.append("\r\n").append(line.name()).append(": ").append(line.value());
        }
        if (answer.framing() == Framing.CHUNKED) {
            head.append("\r\nTransfer-Encoding: chunked");
        } else if (answer.framing() == Framing.CONTENT_LENGTH && !noBody) {
            head.append("\r\nContent-Length: ").append(answer.content().length());
        }
        boolean open = frame.keepAlive() && answer.framing() != Framing.CLOSE;
        return head.append("\r\nConnection: ")
                .append(open ? "keep-alive" : "close")
                .append("\r\n\r\n")
                .toString();
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Status";
        };
    }
}
