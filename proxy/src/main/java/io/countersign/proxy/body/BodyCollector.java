package io.countersign.proxy.body;

import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes in one request body, hashing each piece as it arrives.
 *
 * <p>Pieces are copied into segments of our own: a slice would keep a whole read buffer alive for each octet of a
 * trickling client, and so escape the budget. Segments are heap memory, which is what the JDK's digest and cipher read
 * without another copy. Confined to one event loop.
 */
public final class BodyCollector {
    private static final int SEGMENT = 64 * 1024;
    private static final int FIRST_OF_UNKNOWN_LENGTH = 8 * 1024;

    private final ByteBufAllocator allocator;
    private final PayloadHash hash;
    private final long limit;
    private final List<ByteBuf> segments = new ArrayList<>(1);
    private final long expected;
    private long length;

    /**
     * Starts with nothing collected and nothing allocated.
     *
     * @param hash fed with the body, or null when nobody needs its hash
     * @param expected octets announced by Content-Length, or -1 for a chunked body
     * @param limit most octets to take
     */
    public BodyCollector(ByteBufAllocator allocator, PayloadHash hash, long expected, long limit) {
        this.allocator = allocator;
        this.hash = hash;
        this.expected = expected;
        this.limit = limit;
    }

    /**
     * Copies what is readable. <em>Borrows</em> {@code piece}.
     *
     * @return false when the body would cross the limit; nothing of the piece was taken then
     */
    public boolean add(ByteBuf piece) {
        if (length + piece.readableBytes() > limit) {
            return false;
        }
        length += piece.readableBytes();
        int from = piece.readerIndex();
        int left = piece.readableBytes();
        while (left > 0) {
            ByteBuf segment = roomFor(left);
            int n = Math.min(left, segment.writableBytes());
            int at = segment.writerIndex();
            segment.writeBytes(piece, from, n);
            if (hash != null) {
                hash.update(segment.array(), segment.arrayOffset() + at, n);
            }
            from += n;
            left -= n;
        }
        return true;
    }

    private ByteBuf roomFor(int wanted) {
        if (!segments.isEmpty()) {
            ByteBuf last = segments.get(segments.size() - 1);
            if (last.writableBytes() > 0) {
                return last;
            }
        }
        long wantedFirst = expected >= 0 ? expected : Math.max(FIRST_OF_UNKNOWN_LENGTH, wanted);
        int size = segments.isEmpty() ? (int) Math.min(SEGMENT, wantedFirst) : SEGMENT;
        ByteBuf segment = allocator.heapBuffer(size, size);
        segments.add(segment);
        return segment;
    }

    /** Octets taken so far. */
    public long length() {
        return length;
    }

    /**
     * Ends the collecting; the segments and the hash <em>belong to</em> the returned body.
     *
     * @param unhashed what stands for the hash where none was computed
     */
    public CollectedBody finish(String unhashed) {
        List<ByteBuf> all = List.copyOf(segments);
        segments.clear();
        return new CollectedBody(all, length, hash == null ? unhashed : hash.hex());
    }

    /** Gives up: releases what was taken in. The hash, if any, is reset by its owner. */
    public void discard() {
        segments.forEach(ByteBuf::release);
        segments.clear();
    }
}
