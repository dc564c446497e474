package io.countersign.proxy.body;

import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes in one request body, hashing each piece as it arrives.
 *
 * <p>Pieces are copied into segments of our own: a slice would keep a whole read buffer alive for each byte of a
 * trickling client, and so escape the budget. Segments are heap memory, which is what the JDK's digest and cipher read
 * without another copy; together they are never larger than what is reserved. Confined to one event loop.
 */
public final class BodyCollector {
    /** The largest segment; more would only be harder to find room for. */
    public static final int SEGMENT = 64 * 1024;

    private static final int MIN_SEGMENT = 8 * 1024;

    private final ByteBufAllocator allocator;
    private final PayloadHash hash;
    private final boolean lengthKnown;
    private final List<ByteBuf> segments = new ArrayList<>(1);
    private long reserved;
    private long length;
    private long held;

    /**
     * Starts with nothing collected and nothing allocated.
     *
     * @param hash fed with the body, or null when nobody needs its hash
     * @param lengthKnown whether {@code reserved} is what will come, rather than what may come
     * @param reserved bytes that may be allocated
     */
    public BodyCollector(ByteBufAllocator allocator, PayloadHash hash, boolean lengthKnown, long reserved) {
        this.allocator = allocator;
        this.hash = hash;
        this.lengthKnown = lengthKnown;
        this.reserved = reserved;
    }

    /** More has been reserved. */
    public void reserve(long total) {
        reserved = total;
    }

    /** Whether a further piece of that size fits what is reserved. */
    public boolean fits(int piece) {
        return length + piece <= reserved;
    }

    /**
     * Copies what is readable. <em>Borrows</em> {@code piece}.
     *
     * @throws IllegalStateException when it does not {@linkplain #fits fit}
     */
    public void add(ByteBuf piece) {
        if (!fits(piece.readableBytes())) {
            throw new IllegalStateException("more than the " + reserved + " bytes reserved");
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
    }

    /** A body of unknown length gets segments that double, so that at least half of what it holds is used. */
    private ByteBuf roomFor(int wanted) {
        if (!segments.isEmpty()) {
            ByteBuf last = segments.get(segments.size() - 1);
            if (last.writableBytes() > 0) {
                return last;
            }
        }
        long most = Math.min(SEGMENT, reserved - held);
        long useful = lengthKnown ? most : Math.max(Math.max(held, wanted), MIN_SEGMENT);
        int size = (int) Math.min(most, useful);
        ByteBuf segment = allocator.heapBuffer(size, size);
        segments.add(segment);
        held += size;
        return segment;
    }

    /** Bytes taken so far. */
    public long length() {
        return length;
    }

    /** Bytes of memory allocated so far: what a body of unknown length needs reserved once it is whole. */
    public long held() {
        return held;
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
