package io.countersign.proxy.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countersign.proxy.body.SignatureBlank.Of;
import io.countersign.sigv4.PayloadHash;
import io.countersign.sigv4.StreamingPayload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Frames with signatures, which are replaced by our own in their place: nothing changes its length. A chunk is held until its hash is
 * known, and until it is clear that another one follows; so the last one is withheld until all is sound.
 *
 * <p>The client's own signatures are read and not verified: its secret is not known here, and they prove nothing.
 */
public final class SignedFrames extends Frames {
    private static final String CRLF = "\r\n";

    private final ByteBufAllocator allocator;
    private final int maxChunk;
    private final PayloadHash hash = new PayloadHash();
    private final Map<String, String> trailers = new TreeMap<>();
    private final StringBuilder trailerLines = new StringBuilder();

    private boolean begun;
    private ByteBuf head;
    private ByteBuf lastHead;
    private BodyCollector collector;
    private CollectedBody chunk;
    private ByteBuf trailerSignature;

    /**
     * @param body takes what may go on
     * @param form one of the signed ones
     * @param decodedLength bytes of the object
     * @param trailers names in lower case
     * @param maxChunk the largest chunk that is held, bytes
     */
    public SignedFrames(
            StreamedBody body,
            StreamingPayload form,
            long decodedLength,
            List<String> trailers,
            ByteBufAllocator allocator,
            int maxChunk) {
        super(body);
        this.allocator = allocator;
        this.maxChunk = maxChunk;
        readBy(new FrameParser(form, decodedLength, trailers, new Signing()));
    }

    /** What is held at most while such a body goes through: what any streamed one holds, and a chunk. */
    public static long window(int maxChunk) {
        return (long) maxChunk + StreamedBody.WINDOW;
    }

    @Override
    void read(ByteBuf piece) {}

    @Override
    void complete(ByteBuf last) {
        passChunk();
        pass(lastHead, PayloadHash.EMPTY);
        lastHead = null;
        body.put(text(trailerLines.toString()), null);
        if (trailerSignature != null) {
            body.put(trailerSignature, new SignatureBlank(signatureAt(trailerSignature), canonicalHash(), Of.TRAILERS));
            trailerSignature = null;
        }
        body.put(text(CRLF), null);
    }

    /** The chunk before the one that begins now, if any. */
    private void passChunk() {
        if (chunk == null) {
            return;
        }
        pass(head, chunk.hash());
        head = null;
        for (ByteBuf part = chunk.next(); part != null; part = chunk.next()) {
            body.put(part, null);
        }
        chunk.release();
        chunk = null;
    }

    private void pass(ByteBuf line, String hashOfData) {
        body.put(line, new SignatureBlank(signatureAt(line), hashOfData, Of.CHUNK));
    }

    /** Of a line that ends with it, and CRLF. */
    private static int signatureAt(ByteBuf line) {
        return line.readableBytes() - CRLF.length() - FrameParser.HEX;
    }

    private String canonicalHash() {
        StringBuilder canonical = new StringBuilder();
        trailers.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        byte[] bytes = canonical.toString().getBytes(ISO_8859_1);
        hash.update(bytes, 0, bytes.length);
        return hash.hex();
    }

    private ByteBuf text(String text) {
        return allocator.heapBuffer(Math.max(text.length(), 1)).writeBytes(text.getBytes(ISO_8859_1));
    }

    @Override
    public boolean isFirstChunkKnown() {
        return begun;
    }

    @Override
    public void release() {
        release(head);
        head = null;
        release(lastHead);
        lastHead = null;
        release(trailerSignature);
        trailerSignature = null;
        if (collector != null) {
            collector.discard();
            collector = null;
        }
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
    }

    private static void release(ByteBuf part) {
        if (part != null) {
            part.release();
        }
    }

    private final class Signing implements FrameParser.Events {
        @Override
        public Optional<FrameFault> head(String line, long size, int end) {
            if (size > maxChunk) {
                return Optional.of(new FrameFault(
                        FrameFault.Kind.CHUNK_TOO_LARGE,
                        "a chunk of the aws-chunked body has " + size + " bytes, and is held until it is signed"));
            }
            begun = true;
            // What ends the data of a chunk goes with the head of the next one.
            ByteBuf bytes = text((chunk == null ? "" : CRLF) + line + CRLF);
            if (size == 0) {
                lastHead = bytes;
            } else {
                passChunk();
                head = bytes;
                collector = new BodyCollector(allocator, hash, true, size);
            }
            return Optional.empty();
        }

        @Override
        public void data(ByteBuf piece, int from, int length, boolean last) {
            collector.add(piece.slice(from, length));
            if (last) {
                chunk = collector.finish(null);
                chunk.sendTo(() -> {});
                collector = null;
            }
        }

        @Override
        public void trailer(String line) {
            trailerLines.append(line).append(CRLF);
            int colon = line.indexOf(':');
            trailers.put(line.substring(0, colon), line.substring(colon + 1).stripTrailing());
        }

        @Override
        public void trailerSignature(String line) {
            trailerSignature = text(line + CRLF);
        }
    }
}
