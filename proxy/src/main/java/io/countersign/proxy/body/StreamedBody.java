package io.countersign.proxy.body;

import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * A request body that goes upstream while it comes: a short queue between two sockets.
 *
 * <p>Who fills it stops while it {@linkplain #isFull is full}, and goes on when {@link Feed#wanted} says so. Where the client
 * announced the hash, what comes is hashed on the fly, and the last piece is handed out only once the hash is right: so an
 * upstream never sees the whole of a body that is not what its signature says.
 */
public final class StreamedBody implements RequestBody {
    private static final int FULL = 64 * 1024;
    private static final int READ = 64 * 1024;

    /**
     * The most memory that one streamed body holds, all of it heap: a queue that was not yet full, and one read. What is in a read
     * buffer or on its way out of the process is the connections', as with any other request.
     */
    public static final int WINDOW = FULL + READ;

    private static final int WANTED = 16 * 1024;

    /** Small pieces cost more than their octets. */
    private static final int MOST_PIECES = 64;

    private static final ByteBuf CRLF = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

    private final long length;
    private final String hash;
    private final PayloadHash check;
    private final Feed feed;
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private Runnable more = () -> {};
    private int queued;
    private boolean begun;
    private boolean ended;
    private boolean sent;
    private boolean full;
    private boolean handing;
    private boolean released;

    /** The side that fills the body. */
    public interface Feed {
        /** There is room again. */
        void wanted();

        /** Octets went on to the upstream. */
        void moved();

        /** The last octet went on to the upstream. */
        void sent();
    }

    private StreamedBody(long length, String hash, PayloadHash check, Feed feed) {
        this.length = length;
        this.hash = hash;
        this.check = check;
        this.feed = feed;
    }

    /** A body that nothing is known of before it has come. */
    public static StreamedBody unchecked(long length, String hash, Feed feed) {
        return new StreamedBody(length, hash, null, feed);
    }

    /**
     * A body whose hash is announced, and true or else never sent whole.
     *
     * @param hash 64 lower-case hex digits
     */
    public static StreamedBody checked(long length, String hash, Feed feed) {
        return new StreamedBody(length, hash, new PayloadHash(), feed);
    }

    /** Takes in a piece that is not the last. <em>Borrows</em> it. */
    public void add(ByteBuf piece) {
        if (released) {
            return;
        }
        hash(piece);
        keep(piece);
        if (queued > 0) {
            tellMore();
        }
        full = queued >= FULL || pieces.size() >= MOST_PIECES;
    }

    /**
     * Takes in the last piece, empty or not. <em>Borrows</em> it.
     *
     * @return false when the whole is not what was announced; the last piece is not handed out then, nor an end
     */
    public boolean end(ByteBuf last) {
        if (released) {
            return true;
        }
        hash(last);
        if (check != null && !check.hex().equals(hash)) {
            return false;
        }
        keep(last);
        ended = true;
        tellMore();
        return true;
    }

    /** Not while a piece is being handed out: that piece is to be written first, and its taker asks again anyway. */
    private void tellMore() {
        if (!handing) {
            more.run();
        }
    }

    private void hash(ByteBuf piece) {
        if (check != null && piece.isReadable()) {
            for (ByteBuffer octets : piece.nioBuffers()) {
                check.update(octets);
            }
        }
    }

    /**
     * An empty piece would be taken for the last chunk. Copied, since a slice keeps its whole read buffer alive, which is direct memory
     * and may be many times as large.
     */
    private void keep(ByteBuf piece) {
        int bytes = piece.readableBytes();
        if (bytes > 0) {
            pieces.add(piece.alloc().heapBuffer(bytes, bytes).writeBytes(piece, piece.readerIndex(), bytes));
            queued += bytes;
        }
    }

    /** Whether no more is to be added for now; {@link Feed#wanted} tells when it is. */
    public boolean isFull() {
        return full;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public String hash() {
        return hash;
    }

    @Override
    public void sendTo(Runnable to) {
        if (!isIntact()) {
            throw new IllegalStateException("octets of the body have gone already");
        }
        more = to;
    }

    @Override
    public ByteBuf next() {
        ByteBuf piece = pieces.poll();
        if (piece != null) {
            begun = true;
            queued -= piece.readableBytes();
            sent = ended && pieces.isEmpty() && length >= 0;
            handing = true;
            tell();
            handing = false;
            return length < 0 ? chunk(piece) : piece;
        }
        if (ended && !sent && !released) {
            // Its last piece went before its end was known, or was empty.
            sent = true;
            feed.sent();
            return length < 0 ? LAST_CHUNK.duplicate() : null;
        }
        return null;
    }

    private void tell() {
        if (sent) {
            feed.sent();
            return;
        }
        feed.moved();
        if (full && queued <= WANTED) {
            full = false;
            feed.wanted();
        }
    }

    private static ByteBuf chunk(ByteBuf piece) {
        ByteBuf size =
                Unpooled.copiedBuffer(Integer.toHexString(piece.readableBytes()) + "\r\n", StandardCharsets.US_ASCII);
        return Unpooled.wrappedBuffer(3, size, piece, CRLF.duplicate());
    }

    @Override
    public boolean isSent() {
        return sent;
    }

    @Override
    public boolean isIntact() {
        return !begun && !released;
    }

    /** From here on what is added is dropped. */
    @Override
    public void release() {
        if (!released) {
            released = true;
            full = false;
            queued = 0;
            more = () -> {};
            pieces.forEach(ByteBuf::release);
            pieces.clear();
        }
    }

    private static ByteBuf constant(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)))
                .asReadOnly();
    }
}
