package io.countersign.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** A chunked body (RFC 9112 section 7.1). Extensions and trailers are read strictly, and dropped. */
final class ChunkedBody {
    /** Sixteen hex digits hold any size; a seventeenth is there to overflow somebody's. */
    private static final int MAX_DIGITS = 16;

    private static final int MAX_SIZE_LINE = 4096;
    private static final int MAX_TRAILERS = 8192;

    private final long maxSize;
    private final LineScanner lines = new LineScanner();
    private State state = State.SIZE;
    private long left;
    private int trailers;

    private enum State {
        SIZE,
        DATA,
        DATA_END,
        TRAILER
    }

    ChunkedBody(long maxSize) {
        this.maxSize = maxSize;
    }

    /** Reads what it can and hands on pieces, <em>owned by</em> {@code out}; true at the body's end. */
    boolean read(ByteBuf in, List<Object> out) throws DecodeFault {
        while (true) {
            switch (state) {
                case SIZE -> {
                    if (!readSize(in)) {
                        return false;
                    }
                }
                case DATA -> {
                    int n = (int) Math.min(left, in.readableBytes());
                    if (n == 0) {
                        return false;
                    }
                    out.add(new DefaultHttpContent(in.readRetainedSlice(n)));
                    left -= n;
                    state = left == 0 ? State.DATA_END : State.DATA;
                    // One piece at a time: between two of them the decoder may be told to pause.
                    return false;
                }
                case DATA_END -> {
                    if (!readDataEnd(in)) {
                        return false;
                    }
                }
                case TRAILER -> {
                    int length = lines.line(in, MAX_TRAILERS - trailers, DecodeFault.Kind.MALFORMED);
                    if (length < 0) {
                        return false;
                    }
                    if (length == 0) {
                        in.skipBytes(2);
                        out.add(LastHttpContent.EMPTY_LAST_CONTENT);
                        return true;
                    }
                    trailers += length;
                    byte[] line = new byte[length];
                    in.readBytes(line).skipBytes(2);
                    FieldSection.readLine(line, 0, length, FieldSection.empty());
                }
            }
        }
    }

    private boolean readSize(ByteBuf in) throws DecodeFault {
        int length = lines.line(in, MAX_SIZE_LINE, DecodeFault.Kind.MALFORMED);
        if (length < 0) {
            return false;
        }
        int from = in.readerIndex();
        int digits = 0;
        long size = 0;
        while (digits < length && Octets.hexValue(in.getUnsignedByte(from + digits)) >= 0) {
            size = size << 4 | Octets.hexValue(in.getUnsignedByte(from + digits));
            digits++;
        }
        if (digits == 0 || digits > MAX_DIGITS || size < 0) {
            throw DecodeFault.malformed("a chunk's size is not 1 to 16 hex digits");
        }
        if (digits < length && (in.getByte(from + digits) != ';' || hasOpenQuote(in, from + digits, from + length))) {
            throw DecodeFault.malformed("what follows a chunk's size is no extension");
        }
        if (size > maxSize) {
            throw new DecodeFault(DecodeFault.Kind.BODY_TOO_LARGE, "a chunk of " + size + " octets");
        }
        in.skipBytes(length + 2);
        left = size;
        state = size == 0 ? State.TRAILER : State.DATA;
        return true;
    }

    /** A quoted string cannot go past its line: another parser might take the CRLF in it for the line's end. */
    private static boolean hasOpenQuote(ByteBuf in, int from, int to) {
        boolean open = false;
        for (int i = from; i < to; i++) {
            byte octet = in.getByte(i);
            if (octet == '"') {
                open = !open;
            } else if (octet == '\\' && open) {
                i++;
            }
        }
        return open;
    }

    private boolean readDataEnd(ByteBuf in) throws DecodeFault {
        boolean wrong = (in.isReadable() && in.getByte(in.readerIndex()) != '\r')
                || (in.readableBytes() > 1 && in.getByte(in.readerIndex() + 1) != '\n');
        if (wrong) {
            throw DecodeFault.malformed("a chunk's data does not end in CRLF");
        }
        if (in.readableBytes() < 2) {
            return false;
        }
        in.skipBytes(2);
        state = State.SIZE;
        return true;
    }
}
