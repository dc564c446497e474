package io.countersign.standin.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads requests one after the other from a connection's bytes; pipelined ones wait in the buffer.
 *
 * <p>Throws {@link EOFException} when the peer stops inside a request.
 */
public final class RequestReader {
    /** API Gateway's limit of request line plus headers; every byte up to the end of the empty line is counted. */
    public static final int HEAD_LIMIT = 10_240;

    private static final int CHUNK_LINE_LIMIT = 4_096;

    private final InputStream in;
    private final long bodyLimit;
    private final byte[] buffer = new byte[2 * HEAD_LIMIT];
    private int position;
    private int limit;

    public RequestReader(InputStream in, long bodyLimit) {
        this.in = in;
        this.bodyLimit = bodyLimit;
    }

    /** Whether bytes beyond what was parsed have come already. */
    public boolean hasBuffered() {
        return position < limit;
    }

    /** The next head; empty when the peer closed between requests. */
    public Optional<RequestHead> readHead() throws IOException {
        compact();
        int scanned = position;
        while (true) {
            for (; scanned < limit; scanned++) {
                if (buffer[scanned] != '\n') {
                    continue;
                }
                if (scanned == position || buffer[scanned - 1] != '\r') {
                    throw new MalformedRequestException("a bare LF stands in the head at byte " + (scanned - position));
                }
                if (scanned - position == 1) {
                    throw new MalformedRequestException("an empty line stands before the request line");
                }
                if (buffer[scanned - 2] == '\n') {
                    int length = scanned + 1 - position;
                    checkHeadSize(length);
                    String head = new String(buffer, position, length, StandardCharsets.ISO_8859_1);
                    position = scanned + 1;
                    return Optional.of(new HeadParser(head).parse());
                }
            }
            checkHeadSize(limit - position);
            int came = fill();
            if (came < 0) {
                if (position == limit) {
                    return Optional.empty();
                }
                throw new EOFException("the connection ended inside a head");
            }
        }
    }

    private static void checkHeadSize(int size) throws RequestTooLargeException {
        if (size > HEAD_LIMIT) {
            throw new RequestTooLargeException(RequestTooLargeException.Part.HEAD, HEAD_LIMIT);
        }
    }

    /** Refuses a body that declares itself too large, before any of it is read. */
    public void checkDeclaredLength(RequestHead head) throws RequestTooLargeException {
        if (!head.chunked() && head.contentLength() > bodyLimit) {
            throw new RequestTooLargeException(RequestTooLargeException.Part.BODY, bodyLimit);
        }
    }

    /** The whole body of {@code head}, decoded. */
    public byte[] readBody(RequestHead head, Pace pace) throws IOException {
        checkDeclaredLength(head);
        if (!head.chunked()) {
            byte[] body = new byte[(int) Math.min(head.contentLength(), 65_536)];
            return read(body, 0, head.contentLength(), pace);
        }
        byte[] body = new byte[0];
        for (long size = chunkSize(); size > 0; size = chunkSize()) {
            if (body.length + size > bodyLimit) {
                throw new RequestTooLargeException(RequestTooLargeException.Part.BODY, bodyLimit);
            }
            body = read(body, body.length, size, pace);
            if (next() != '\r' || next() != '\n') {
                throw new MalformedRequestException("a chunk is not followed by CRLF");
            }
        }
        // Trailers are held to the syntax of headers, and then dropped: nothing here reads them.
        for (String line = boundedLine(); !line.isEmpty(); line = boundedLine()) {
            HeadParser.headerLine(line);
        }
        return body;
    }

    /** Exactly these many bytes behind what was read, for a connection that no longer speaks HTTP. */
    public byte[] readRaw(int length) throws IOException {
        return read(new byte[length], 0, length, piece -> {});
    }

    private long chunkSize() throws IOException {
        String line = boundedLine();
        int end = 0;
        while (end < line.length() && HeadParser.isHex(line.charAt(end))) {
            end++;
        }
        if (end == 0 || end > 8 || (end < line.length() && line.charAt(end) != ';')) {
            throw new MalformedRequestException("a chunk's size line is broken");
        }
        return Long.parseLong(line.substring(0, end), 16);
    }

    private String boundedLine() throws IOException {
        byte[] line = new byte[64];
        for (int length = 0; length <= CHUNK_LINE_LIMIT; length++) {
            int octet = next();
            if (octet == '\r') {
                if (next() != '\n') {
                    throw new MalformedRequestException("a bare CR stands in a chunk's line");
                }
                return new String(line, 0, length, StandardCharsets.ISO_8859_1);
            }
            if ((octet < 0x20 && octet != '\t') || octet == 0x7f) {
                throw new MalformedRequestException("a control character stands in a chunk's line");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length] = (byte) octet;
        }
        throw new MalformedRequestException("a chunk's line is over " + CHUNK_LINE_LIMIT + " bytes");
    }

    /** Reads {@code size} bytes behind the first {@code from} of {@code into}, which grows as they come, never ahead. */
    private byte[] read(byte[] into, int from, long size, Pace pace) throws IOException {
        int end = Math.toIntExact(from + size);
        byte[] body = into;
        int at = from;
        while (at < end) {
            if (at == body.length) {
                body = Arrays.copyOf(body, (int) Math.min(end, Math.max(65_536L, 2L * body.length)));
            }
            if (position == limit && fill() < 0) {
                throw new EOFException("the connection ended inside a body, " + (end - at) + " bytes short");
            }
            int piece = Math.min(Math.min(body.length, end) - at, limit - position);
            System.arraycopy(buffer, position, body, at, piece);
            position += piece;
            at += piece;
            pace.took(piece);
        }
        return body.length == end ? body : Arrays.copyOf(body, end);
    }

    private int next() throws IOException {
        if (position == limit && fill() < 0) {
            throw new EOFException("the connection ended inside a chunked body");
        }
        return buffer[position++] & 0xff;
    }

    private int fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0;
        }
        int came = in.read(buffer, limit, buffer.length - limit);
        if (came > 0) {
            limit += came;
        }
        return came;
    }

    /** Makes room for a whole head behind {@code position}. */
    private void compact() {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
    }
}
