package io.countersign.proxy.upstream.http1;

import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.sigv4.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Request line and fields as bytes: what was signed is what is sent. */
public final class RequestHead {
    /** A body up to this travels in the head's own buffer: with TLS that is one record. */
    private static final int ONE_RECORD = 16 * 1024;

    private RequestHead() {}

    /** Bytes that a request's head takes. */
    public static int size(UpstreamRequest request) {
        int size = request.method().length() + 1 + request.target().length() + " HTTP/1.1\r\n".length() + 2;
        for (Header field : request.fields()) {
            size += field.name().length() + field.value().length() + 4;
        }
        return size;
    }

    /** Writes the head; the buffer is <em>returned owned</em>, with room after it for a small body that is here as a whole. */
    static ByteBuf encode(ByteBufAllocator allocator, UpstreamRequest request) {
        int size = size(request);
        long body = request.body().isWhole() ? request.body().length() : 0;
        int room = size + body <= ONE_RECORD ? size + (int) body : size;
        ByteBuf out = allocator.heapBuffer(room, room);
        byte[] array = out.array();
        int at = out.arrayOffset();
        at = latin1(array, at, request.method());
        array[at++] = ' ';
        at = latin1(array, at, request.target());
        at = latin1(array, at, " HTTP/1.1\r\n");
        for (Header field : request.fields()) {
            at = latin1(array, at, field.name());
            at = latin1(array, at, ": ");
            at = latin1(array, at, field.value());
            at = latin1(array, at, "\r\n");
        }
        latin1(array, at, "\r\n");
        return out.writerIndex(size);
    }

    /**
     * The decoder read bytes as Latin-1, so Latin-1 gives the same bytes back (obs-text, RFC 9110 section 5.5). Whatever else is in
     * a head is ASCII: configured fields and session tokens are refused where they hold anything else.
     *
     * @return where in the array the next text goes
     */
    // The one copy from a String to an array that is there without making another array. It takes the low byte of each
    // character, hence the deprecation; which is right here, since a Latin-1 character is its low byte.
    @SuppressWarnings("deprecation")
    private static int latin1(byte[] out, int at, String text) {
        assert text.chars().allMatch(c -> c <= 0xff) : "a character that would become another one";
        text.getBytes(0, text.length(), out, at);
        return at + text.length();
    }
}
