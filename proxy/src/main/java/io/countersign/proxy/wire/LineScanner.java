package io.countersign.proxy.wire;

import io.netty.buffer.ByteBuf;

/**
 * Finds the end of a line, or of a head, in bytes that come bit by bit; what it has passed it does not look at again.
 *
 * <p>Every line ends in CRLF. A bare CR or LF, or any other control, is a fault at once, before the line is whole: what sends
 * TLS, or nothing but garbage, need not be waited for.
 */
final class LineScanner {
    private int scanned;
    private int lineStart;
    private int fields;

    /** Starts over, at the reader index. */
    void reset() {
        scanned = 0;
        lineStart = 0;
        fields = 0;
    }

    /** Bytes from the reader index up to, and without, the CRLF of the next line; -1 when it is not there yet. */
    int line(ByteBuf in, int limit, DecodeFault.Kind tooLong) throws DecodeFault {
        int end = nextLineEnd(in, limit, tooLong);
        if (end >= 0) {
            reset();
        }
        return end;
    }

    /** The same for a head's first line, behind which {@link #fields} goes on; the reader index stays where it is. */
    int startLine(ByteBuf in, int limit) throws DecodeFault {
        int end = nextLineEnd(in, limit, DecodeFault.Kind.START_LINE_TOO_LONG);
        if (end >= 0) {
            passLine(end);
        }
        return end;
    }

    /**
     * Bytes from the reader index up to, and with, the empty line that ends a head; -1 when it is not there yet.
     *
     * @throws DecodeFault also for one field line too many, as soon as it is there
     */
    int fields(ByteBuf in, Limits limits) throws DecodeFault {
        while (true) {
            int end = nextLineEnd(in, limits.head() - lineStart, DecodeFault.Kind.HEAD_TOO_LARGE);
            if (end < 0) {
                return -1;
            }
            boolean empty = end == lineStart;
            passLine(end);
            if (empty) {
                int length = lineStart;
                reset();
                return length;
            }
            if (++fields > limits.fields()) {
                throw DecodeFault.tooManyFields(limits.fields());
            }
        }
    }

    private void passLine(int end) {
        lineStart = end + 2;
        scanned = lineStart;
    }

    private int nextLineEnd(ByteBuf in, int limit, DecodeFault.Kind tooLong) throws DecodeFault {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        int i = scanned;
        while (i < readable) {
            int octet = in.getUnsignedByte(start + i);
            if (octet == '\r') {
                if (i + 1 == readable) {
                    break;
                }
                if (in.getByte(start + i + 1) != '\n') {
                    throw DecodeFault.malformed("a CR stands alone");
                }
                scanned = i;
                return i;
            }
            if (ByteClass.isControl(octet)) {
                throw DecodeFault.malformed(
                        octet == '\n' ? "a line ends in LF alone" : "a control character in a line");
            }
            i++;
            if (i - lineStart > limit) {
                throw new DecodeFault(tooLong, "a line or head over its limit");
            }
        }
        scanned = i;
        return -1;
    }
}
