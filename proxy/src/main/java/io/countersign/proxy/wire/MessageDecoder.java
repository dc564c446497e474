package io.countersign.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes to messages: a head, pieces of its body as they come, a last piece; then the next head.
 *
 * <p>A fault is handed on as a message whose {@link DecoderResult} carries a {@link DecodeFault}; whatever comes after it is
 * dropped, since nobody can say where the next message would begin. The same goes for any exception: had it left the decoder
 * as it was, what stands behind the message that brought it about would be read as the next one.
 */
abstract class MessageDecoder extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(MessageDecoder.class);

    private final Limits limits;
    private final LineScanner scanner = new LineScanner();
    private State state = State.BEFORE;
    private int startLine = -1;
    private int emptyLines;
    private long left;
    private ChunkedBody chunks;

    private enum State {
        BEFORE,
        HEAD,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE,
        BROKEN
    }

    MessageDecoder(Limits limits) {
        this.limits = limits;
    }

    /** Judges and keeps the start line, as soon as it is whole. */
    abstract void startLine(String line) throws DecodeFault;

    /** The message of the start line that was judged last, and its fields. */
    abstract HttpMessage message(HttpHeaders fields) throws DecodeFault;

    /** What stands for a head that cannot be read. */
    abstract HttpMessage unreadable();

    /** How the message's body ends, which for a response depends on more than its fields. */
    abstract Framing framing(HttpMessage message) throws DecodeFault;

    /** Refuses what is known by its first bytes alone. <em>Borrows</em> the buffer and reads nothing from it. */
    void judgeBeginning(ByteBuf in) throws DecodeFault {}

    /** How many empty lines before a message are passed over. */
    abstract int maxEmptyLines();

    /** Bytes received that belong to no message yet. */
    public final int leftOver() {
        return actualReadableBytes();
    }

    /** Whether a message's head has begun and is not whole yet. */
    public final boolean isWithinHead() {
        return state == State.HEAD;
    }

    /** Whether nothing is to be decoded for now, because nobody takes it. */
    boolean isPaused(ChannelHandlerContext ctx) {
        return false;
    }

    /** Whether a head that begins now is to be left alone for now. */
    boolean holdsHead(ChannelHandlerContext ctx) {
        return false;
    }

    /** Last line of defence: whatever fails here, no byte behind it is read as a message. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        try {
            super.channelRead(ctx, message);
        } catch (Exception | Error e) {
            state = State.BROKEN;
            throw e;
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (state == State.BROKEN) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (isPaused(ctx)) {
            return;
        }
        try {
            step(ctx, in, out);
        } catch (DecodeFault fault) {
            breakOff(fault, in, out);
        } catch (RuntimeException | Error e) {
            LOG.error("a fault of the proxy's own while it decodes a message", withoutText(e));
            breakOff(new DecodeFault(DecodeFault.Kind.INTERNAL, "a fault of the proxy's own"), in, out);
        }
    }

    private void breakOff(DecodeFault fault, ByteBuf in, List<Object> out) {
        boolean inHead = state == State.BEFORE || state == State.HEAD;
        state = State.BROKEN;
        in.skipBytes(in.readableBytes());
        HttpObject broken = inHead ? unreadable() : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        broken.setDecoderResult(DecoderResult.failure(fault));
        out.add(broken);
    }

    /** Type and place of a failure. Its text is left out, since it may repeat what the message says. */
    private static Throwable withoutText(Throwable failure) {
        Throwable place = new IllegalStateException(failure.getClass().getName());
        place.setStackTrace(failure.getStackTrace());
        return place;
    }

    private void step(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws DecodeFault {
        switch (state) {
            case BEFORE -> {
                if (!passesEmptyLine(in) && !holdsHead(ctx)) {
                    beginHead(in);
                    // In the same step: a step that takes no byte ends the decoding.
                    readHead(in, out);
                }
            }
            case HEAD -> readHead(in, out);
            case LENGTH -> readLength(in, out);
            case CHUNKED -> {
                if (chunks.read(in, out)) {
                    state = State.BEFORE;
                }
            }
            case UNTIL_CLOSE -> out.add(new DefaultHttpContent(in.readRetainedSlice(in.readableBytes())));
            case BROKEN -> in.skipBytes(in.readableBytes());
        }
    }

    /** Passes over an empty line (RFC 9112 section 2.2), or waits for the rest of one; false where something else comes. */
    private boolean passesEmptyLine(ByteBuf in) {
        int at = in.readerIndex();
        if (in.getByte(at) != '\r' || emptyLines >= maxEmptyLines()) {
            return false;
        }
        if (in.readableBytes() == 1) {
            return true;
        }
        if (in.getByte(at + 1) != '\n') {
            return false;
        }
        in.skipBytes(2);
        emptyLines++;
        return true;
    }

    private void beginHead(ByteBuf in) throws DecodeFault {
        if (!ByteClass.isToken(in.getUnsignedByte(in.readerIndex()))) {
            throw DecodeFault.malformed("this does not begin as an HTTP/1 message does");
        }
        judgeBeginning(in);
        scanner.reset();
        startLine = -1;
        emptyLines = 0;
        state = State.HEAD;
    }

    private void readHead(ByteBuf in, List<Object> out) throws DecodeFault {
        if (startLine < 0) {
            int length = scanner.startLine(in, limits.startLine());
            if (length < 0) {
                return;
            }
            startLine(in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1));
            startLine = length;
        }
        int length = scanner.fields(in, limits);
        if (length < 0) {
            return;
        }
        in.skipBytes(startLine + 2);
        byte[] fields = new byte[length - startLine - 4];
        in.readBytes(fields).skipBytes(2);
        HttpMessage message = message(FieldSection.read(fields, 0, fields.length));
        Framing framing = framing(message);
        message.setDecoderResult(DecoderResult.SUCCESS);
        left = framing instanceof Framing.Length body ? body.bytes() : 0;
        state = stateOf(framing);
        if (state == State.CHUNKED) {
            chunks = new ChunkedBody(limits);
        }
        out.add(message);
        if (state == State.BEFORE) {
            out.add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private State stateOf(Framing framing) {
        if (framing instanceof Framing.Length) {
            return left == 0 ? State.BEFORE : State.LENGTH;
        }
        return framing instanceof Framing.Chunked ? State.CHUNKED : State.UNTIL_CLOSE;
    }

    private void readLength(ByteBuf in, List<Object> out) {
        int n = (int) Math.min(left, in.readableBytes());
        ByteBuf piece = in.readRetainedSlice(n);
        left -= n;
        if (left == 0) {
            state = State.BEFORE;
            // Said to be without trailers, or Netty would make a map for them.
            out.add(new DefaultLastHttpContent(piece, EmptyHttpHeaders.INSTANCE));
        } else {
            out.add(new DefaultHttpContent(piece));
        }
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.isReadable()) {
            decode(ctx, in, out);
        }
        if (state == State.UNTIL_CLOSE) {
            state = State.BROKEN;
            out.add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }
}
