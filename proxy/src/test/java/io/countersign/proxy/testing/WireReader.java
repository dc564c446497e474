package io.countersign.proxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countersign.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Reads HTTP/1 messages off a socket as leniently as can be, and keeps count of every byte. */
final class WireReader {
    /** How a body came to its end. */
    enum Ending {
        COMPLETE,
        CUT,
        RESET
    }

    /** @param bytes one Latin-1 character for each byte */
    record Body(String bytes, String trailers, Ending ending) {}

    private final InputStream in;
    private final AtomicLong count = new AtomicLong();

    WireReader(InputStream in) {
        this.in = in;
    }

    long count() {
        return count.get();
    }

    /** The next byte, or -1 when the other side has ended the stream. */
    int octet() throws IOException {
        int octet;
        try {
            octet = in.read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing came within " + Await.LIMIT.toSeconds() + " s", e);
        }
        if (octet >= 0) {
            count.incrementAndGet();
        }
        return octet;
    }

    /** Empty when the stream ends before the head does. */
    Optional<Head> head() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int octet = octet(); octet >= 0; octet = octet()) {
            text.append((char) octet);
            if (octet == '\n' && (endsWith(text, "\r\n\r\n") || endsWith(text, "\n\n"))) {
                return Optional.of(new Head(text.toString()));
            }
        }
        return Optional.empty();
    }

    Body chunked() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StringBuilder trailers = new StringBuilder();
        try {
            while (true) {
                String line = line();
                if (line == null) {
                    return new Body(bytes.toString(ISO_8859_1), "", Ending.CUT);
                }
                int size = chunkSize(line);
                if (size == 0) {
                    break;
                }
                if (!copy(size, bytes) || line() == null) {
                    return new Body(bytes.toString(ISO_8859_1), "", Ending.CUT);
                }
            }
            for (String line = line(); line == null || !line.isEmpty(); line = line()) {
                if (line == null) {
                    return new Body(bytes.toString(ISO_8859_1), trailers.toString(), Ending.CUT);
                }
                trailers.append(line).append("\r\n");
            }
            return new Body(bytes.toString(ISO_8859_1), trailers.toString(), Ending.COMPLETE);
        } catch (IOException e) {
            return new Body(bytes.toString(ISO_8859_1), trailers.toString(), Ending.RESET);
        }
    }

    Body counted(long length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            return body(bytes, copy(length, bytes) ? Ending.COMPLETE : Ending.CUT);
        } catch (IOException e) {
            return body(bytes, Ending.RESET);
        }
    }

    Body toEnd() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            copy(Long.MAX_VALUE, bytes);
            return body(bytes, Ending.COMPLETE);
        } catch (IOException e) {
            return body(bytes, Ending.RESET);
        }
    }

    private Body body(ByteArrayOutputStream bytes, Ending ending) {
        return new Body(bytes.toString(ISO_8859_1), "", ending);
    }

    /** False when the stream ended first. */
    private boolean copy(long length, ByteArrayOutputStream to) throws IOException {
        for (long i = 0; i < length; i++) {
            int octet = octet();
            if (octet < 0) {
                return false;
            }
            to.write(octet);
        }
        return true;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = octet(); octet != '\n'; octet = octet()) {
            if (octet < 0) {
                return null;
            }
            line.write(octet);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    private static int chunkSize(String line) {
        try {
            return Integer.parseInt(line.replaceFirst("[;\\s].*", ""), 16);
        } catch (NumberFormatException e) {
            throw new AssertionError("not a chunk's size: " + line, e);
        }
    }

    private static boolean endsWith(StringBuilder text, String end) {
        return text.length() >= end.length()
                && text.substring(text.length() - end.length()).equals(end);
    }
}
