package io.countersign.proxy.upstream;

import io.countersign.sigv4.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Request line and fields as octets: what was signed is what is sent. */
public final class RequestHead {
    /** A body up to this travels in the head's own buffer: with TLS that is one record. */
    private static final int ONE_RECORD = 16 * 1024;

    private RequestHead() {}

    /** Octets that the head takes. */
    public static int size(String method, String target, List<Header> fields) {
        int size = method.length() + 1 + target.length() + " HTTP/1.1\r\n".length() + 2;
        for (Header field : fields) {
            size += field.name().length() + field.value().length() + 4;
        }
        return size;
    }

    /** Writes the head; the buffer is <em>returned owned</em>, with room for a small body behind. */
    public static ByteBuf encode(
            ByteBufAllocator allocator, String method, String target, List<Header> fields, long bodyLength) {
        int size = size(method, target, fields);
        int room = size + bodyLength <= ONE_RECORD ? size + (int) bodyLength : size;
        ByteBuf out = allocator.heapBuffer(room, room);
        ascii(out, method);
        out.writeByte(' ');
        ascii(out, target);
        ascii(out, " HTTP/1.1\r\n");
        for (Header field : fields) {
            ascii(out, field.name());
            out.writeByte(':').writeByte(' ');
            ascii(out, field.value());
            out.writeByte('\r').writeByte('\n');
        }
        return out.writeByte('\r').writeByte('\n');
    }

    /**
     * The codec read octets as Latin-1, so Latin-1 gives the same octets back (obs-text, RFC 9110 section 5.5). By way of an
     * array, since the JDK copies that whole, where {@link ByteBuf#writeCharSequence} goes character by character.
     */
    private static void ascii(ByteBuf out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
