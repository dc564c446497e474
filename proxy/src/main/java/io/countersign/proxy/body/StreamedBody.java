package io.countersign.proxy.body;

import io.countersign.sigv4.ChunkSigner;
import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
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

    /** The most that one read brings. */
    static final int READ = 64 * 1024;

    /**
     * The most memory that one streamed body holds, all of it heap: a queue that was not yet full, and one read. What is in a read
     * buffer or on its way out of the process is the connections', as with any other request.
     */
    public static final int WINDOW = FULL + READ;

    private static final int WANTED = 16 * 1024;

    /** Small pieces cost more than their bytes. */
    private static final int MAX_PIECES = 64;

    private final long length;
    private final String hash;
    private final PayloadHash check;
    private final Feed feed;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private ChunkSigner signer;
    private Runnable more = () -> {};
    private Runnable moved = () -> {};
    private int queued;
    private Progress progress = Progress.INTACT;
    private boolean ended;
    private boolean full;
    private boolean handing;
    private boolean released;

    /** How much of it has been handed out. */
    private enum Progress {
        INTACT,
        BEGUN,
        SENT
    }

    /** The side that fills the body. */
    public interface Feed {
        /** There is room again. */
        void wanted();

        /** Bytes went on to the upstream. */
        void moved();

        /** The last byte went on to the upstream. */
        void sent();
    }

    /** @param blank where a signature goes into it once it is handed out; null for none */
    private record Piece(ByteBuf bytes, SignatureBlank blank) {}

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
        added();
    }

    /** Takes in a part that is not the last, but for {@link #added} after some of them. <em>Takes</em> it. */
    void put(ByteBuf part, SignatureBlank blank) {
        if (released || !part.isReadable()) {
            part.release();
        } else {
            pieces.add(new Piece(part, blank));
            queued += part.readableBytes();
        }
    }

    /** What was {@linkplain #put put} in may go on. */
    void added() {
        if (queued > 0) {
            announceMore();
        }
        full = queued >= FULL || pieces.size() >= MAX_PIECES;
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
        announceMore();
        return true;
    }

    /** Not while a piece is being handed out: that piece is to be written first, and its taker asks again anyway. */
    private void announceMore() {
        if (!handing) {
            more.run();
        }
    }

    private void hash(ByteBuf piece) {
        if (check != null && piece.isReadable()) {
            for (ByteBuffer bytes : piece.nioBuffers()) {
                check.update(bytes);
            }
        }
    }

    /**
     * Empty pieces would look like an end. Copied, since a slice keeps its whole read buffer alive, which is direct memory
     * and may be many times as large.
     */
    private void keep(ByteBuf piece) {
        int bytes = piece.readableBytes();
        if (bytes > 0) {
            put(piece.alloc().heapBuffer(bytes, bytes).writeBytes(piece, piece.readerIndex(), bytes), null);
        }
    }

    /** Whether no more is to be added for now; {@link Feed#wanted} says when it is. */
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

    /** Even one that has come as a whole may have been handed out in part. */
    @Override
    public boolean isWhole() {
        return false;
    }

    @Override
    public void sendTo(Runnable to) {
        if (!isIntact()) {
            throw new IllegalStateException("a part of the body has gone already");
        }
        more = to;
    }

    @Override
    public void signChunks(ChunkSigner chunks) {
        signer = chunks;
    }

    @Override
    public void whenMoved(Runnable then) {
        moved = then;
    }

    @Override
    public ByteBuf next() {
        Piece next = pieces.poll();
        if (next != null) {
            if (next.blank() != null) {
                // Only now: until a byte has gone, another attempt may sign all of it anew.
                next.blank().fill(next.bytes(), signer);
            }
            queued -= next.bytes().readableBytes();
            progress = ended && pieces.isEmpty() ? Progress.SENT : Progress.BEGUN;
            handing = true;
            report();
            handing = false;
        } else if (ended && !isSent() && !released) {
            // Its last piece went before its end was known, or was empty.
            progress = Progress.SENT;
            feed.sent();
        }
        return next == null ? null : next.bytes();
    }

    private void report() {
        if (isSent()) {
            feed.sent();
            return;
        }
        feed.moved();
        moved.run();
        if (full && queued <= WANTED) {
            full = false;
            feed.wanted();
        }
    }

    @Override
    public boolean isSent() {
        return progress == Progress.SENT;
    }

    @Override
    public boolean isIntact() {
        return progress == Progress.INTACT && !released;
    }

    /** From here on what is added is dropped. */
    @Override
    public void release() {
        if (!released) {
            released = true;
            full = false;
            queued = 0;
            more = () -> {};
            moved = () -> {};
            pieces.forEach(piece -> piece.bytes().release());
            pieces.clear();
        }
    }
}
