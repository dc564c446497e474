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

    /** What size lines may take over and above the data: extensions are there for nobody, and cost work. */
    private static final int MAX_OVERHEAD = 16 * 1024;

    /** A size in a spelling that nobody minds. */
    private static final int FREE_OVERHEAD = 16;

    private final Limits limits;
    private final LineScanner lines = new LineScanner();
    private State state = State.SIZE;
    private long left;
    private long overhead;
    private int trailers;
    private int trailerFields;

    private enum State {
        SIZE,
        DATA,
        DATA_END,
        TRAILER
    }

    ChunkedBody(Limits limits) {
        this.limits = limits;
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
                    // One piece at a time: between two of them the decoder may be asked to pause.
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
                    if (++trailerFields > limits.fields()) {
                        throw DecodeFault.malformed("over " + limits.fields() + " trailer fields");
                    }
                    byte[] line = new byte[length];
                    in.readBytes(line).skipBytes(2);
                    FieldSection.judgeLine(line);
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
        while (digits < length && ByteClass.hexValue(in.getUnsignedByte(from + digits)) >= 0) {
            size = size << 4 | ByteClass.hexValue(in.getUnsignedByte(from + digits));
            digits++;
        }
        if (digits == 0 || digits > MAX_DIGITS || size < 0) {
            throw DecodeFault.malformed("a chunk's size is not 1 to 16 hex digits");
        }
        if (!ChunkExtensions.areIn(in, from + digits, from + length)) {
            throw DecodeFault.malformed("what follows a chunk's size is no extension");
        }
        if (size > limits.chunk()) {
            throw new DecodeFault(DecodeFault.Kind.BODY_TOO_LARGE, "a chunk of " + size + " bytes");
        }
        countOverhead(length, size);
        in.skipBytes(length + 2);
        left = size;
        state = size == 0 ? State.TRAILER : State.DATA;
        return true;
    }

    /** Data makes up for size lines, so many small chunks are fine; long extensions before little data are not. */
    private void countOverhead(int line, long size) throws DecodeFault {
        overhead = Math.max(0, overhead + line - FREE_OVERHEAD - Math.min(size, MAX_OVERHEAD));
        if (overhead > MAX_OVERHEAD) {
            throw DecodeFault.malformed("chunk extensions that outweigh the data by " + MAX_OVERHEAD + " bytes");
        }
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
