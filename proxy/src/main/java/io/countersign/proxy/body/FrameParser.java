package io.countersign.proxy.body;

import io.countersign.sigv4.StreamingPayload;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the frames of an {@code aws-chunked} body, however they arrive, and takes nothing but their one usual form:
 *
 * <pre>{@code
 * 400;chunk-signature=(64 digits)CRLF (1024 bytes) CRLF     each chunk; without the signature in the unsigned form
 * 0;chunk-signature=(64 digits)CRLF                         the last one
 * x-amz-checksum-crc32:wdBDMA==CRLF                         the trailers that were announced, each once
 * x-amz-trailer-signature:(64 digits)CRLF                   in the signed form with trailers
 * CRLF
 * }</pre>
 *
 * <p>Confined to one event loop.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">Signature Calculations for the
 *     Authorization Header: Including Trailing Headers</a>
 */
final class FrameParser {
    static final int HEX = 64;

    private static final String SIGNATURE = ";chunk-signature=";
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature:";
    private static final int MAX_SIZE_DIGITS = 13;
    private static final int MAX_VALUE = 128;
    private static final int MAX_LINE = 256;

    private final StreamingPayload form;
    private final long decodedLength;
    private final Set<String> awaited;
    private final Events events;

    private final byte[] line = new byte[MAX_LINE];
    private int lineLength;

    /** Index in the piece that is being read. */
    private int at;

    private State state = State.HEAD;
    private long left;
    private long decoded;
    private boolean trailersSigned;
    private Optional<FrameFault> fault = Optional.empty();

    private enum State {
        HEAD,
        DATA,
        AFTER_DATA,
        TRAILERS,
        END
    }

    /** Hears of the parts, in their order. */
    interface Events {
        /**
         * A chunk begins, or with size 0 the end.
         *
         * @param line its head without CRLF; the last {@value #HEX} characters are its signature in the signed forms
         * @param end index in the piece of what follows the head
         * @return why it cannot be taken
         */
        Optional<FrameFault> head(String line, long size, int end);

        /** Data of the chunk. <em>Borrows</em> the piece, of which {@code length} bytes {@code from} there on are meant. */
        void data(ByteBuf piece, int from, int length, boolean last);

        /** A trailer, as a line without CRLF. */
        void trailer(String line);

        /** The signature of the trailers, as a line without CRLF. */
        void trailerSignature(String line);
    }

    /**
     * @param decodedLength bytes of data in all
     * @param trailers names in lower case, each to come once
     */
    FrameParser(StreamingPayload form, long decodedLength, List<String> trailers, Events events) {
        this.form = form;
        this.decodedLength = decodedLength;
        this.awaited = new HashSet<>(trailers);
        this.events = events;
    }

    /** Reads a piece to its end, or to the first fault, after which it reads nothing more. <em>Borrows</em> it. */
    Optional<FrameFault> read(ByteBuf piece) {
        at = piece.readerIndex();
        int end = piece.writerIndex();
        while (at < end && fault.isEmpty()) {
            if (state == State.DATA) {
                data(piece, end);
            } else {
                take(piece.getByte(at++));
            }
        }
        return fault;
    }

    /** Whether the end has been read, and nothing after it. */
    boolean isComplete() {
        return state == State.END && fault.isEmpty();
    }

    private void data(ByteBuf piece, int end) {
        int length = (int) Math.min(end - at, left);
        left -= length;
        if (left == 0) {
            state = State.AFTER_DATA;
        }
        events.data(piece, at, length, left == 0);
        at += length;
    }

    private void take(byte b) {
        if (state == State.END) {
            fail("bytes follow the end of the frames");
        } else if (lineLength == MAX_LINE) {
            fail("a line between the data is longer than " + MAX_LINE + " bytes");
        } else {
            line[lineLength++] = b;
            if (state == State.AFTER_DATA) {
                afterData();
            } else if (b == '\n' && lineLength > 1 && line[lineLength - 2] == '\r') {
                String text = new String(line, 0, lineLength - 2, StandardCharsets.ISO_8859_1);
                lineLength = 0;
                if (state == State.HEAD) {
                    head(text);
                } else {
                    trailer(text);
                }
            }
        }
    }

    private void afterData() {
        if (line[lineLength - 1] != (lineLength == 1 ? '\r' : '\n')) {
            fail("a chunk has more data than its size says");
        } else if (lineLength == 2) {
            lineLength = 0;
            state = State.HEAD;
        }
    }

    private void head(String text) {
        int digits = form.isSigned() ? text.length() - SIGNATURE.length() - HEX : text.length();
        if (digits < 1 || digits > MAX_SIZE_DIGITS || !areHex(text, 0, digits, true)) {
            fail("a chunk does not begin with its size in hex" + (form.isSigned() ? " and a chunk-signature" : ""));
        } else if (digits > 1 && text.charAt(0) == '0') {
            fail("the size of a chunk begins with 0");
        } else if (form.isSigned()
                && !(text.startsWith(SIGNATURE, digits) && areHex(text, text.length() - HEX, text.length(), false))) {
            fail("a chunk has no proper chunk-signature");
        } else {
            chunk(text, Long.parseLong(text.substring(0, digits), 16));
        }
    }

    private void chunk(String text, long size) {
        decoded += size;
        if (decoded > decodedLength || (size == 0 && decoded < decodedLength)) {
            fail("the chunks hold " + (size == 0 ? "less" : "more") + " than the " + decodedLength
                    + " bytes of x-amz-decoded-content-length");
            return;
        }
        fault = events.head(text, size, at);
        left = size;
        state = size == 0 ? State.TRAILERS : State.DATA;
    }

    private void trailer(String text) {
        if (text.isEmpty()) {
            end();
        } else if (form == StreamingPayload.SIGNED_TRAILER && awaited.isEmpty() && !trailersSigned) {
            if (text.startsWith(TRAILER_SIGNATURE)
                    && text.length() == TRAILER_SIGNATURE.length() + HEX
                    && areHex(text, TRAILER_SIGNATURE.length(), text.length(), false)) {
                trailersSigned = true;
                events.trailerSignature(text);
            } else {
                fail("the trailers are not followed by a proper x-amz-trailer-signature");
            }
        } else if (isTrailer(text)) {
            events.trailer(text);
        } else {
            fail("a trailer was not announced in x-amz-trailer, or is malformed");
        }
    }

    /** In lower case, which is the form that is signed. minio-go ends it with LF CRLF. */
    private boolean isTrailer(String text) {
        int colon = text.indexOf(':');
        int end = text.endsWith("\n") ? text.length() - 1 : text.length();
        if (colon < 0 || end == colon + 1 || end - colon > MAX_VALUE) {
            return false;
        }
        for (int i = colon + 1; i < end; i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return awaited.remove(text.substring(0, colon));
    }

    private void end() {
        if (!awaited.isEmpty()) {
            fail("the trailers that x-amz-trailer announces are not all there");
        } else if (form == StreamingPayload.SIGNED_TRAILER && !trailersSigned) {
            fail("the trailers are not followed by a proper x-amz-trailer-signature");
        } else {
            state = State.END;
        }
    }

    private static boolean areHex(String text, int from, int to, boolean anyCase) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (anyCase && c >= 'A' && c <= 'F'))) {
                return false;
            }
        }
        return true;
    }

    private void fail(String detail) {
        fault = Optional.of(FrameFault.malformed("the aws-chunked body is malformed: " + detail));
    }
}
