package io.countersign.proxy.upstream.http1;

import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.sigv4.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

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
        latin1(out, request.method());
        out.writeByte(' ');
        latin1(out, request.target());
        latin1(out, " HTTP/1.1\r\n");
        for (Header field : request.fields()) {
            latin1(out, field.name());
            out.writeByte(':').writeByte(' ');
            latin1(out, field.value());
            out.writeByte('\r').writeByte('\n');
        }
        return out.writeByte('\r').writeByte('\n');
    }

    /**
     * The decoder read bytes as Latin-1, so Latin-1 gives the same bytes back (obs-text, RFC 9110 section 5.5). By way of an
     * array, since the JDK copies that whole, where {@link ByteBuf#writeCharSequence} goes character by character.
     */
    private static void latin1(ByteBuf out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
