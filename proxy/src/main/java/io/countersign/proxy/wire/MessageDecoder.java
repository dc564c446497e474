package io.countersign.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Octets to messages: a head, pieces of its body as they come, a last piece; then the next head.
 *
 * <p>A fault is handed on as a message whose {@link DecoderResult} carries a {@link DecodeFault}; whatever comes after it is
 * dropped, since nobody can say where the next message would begin.
 */
abstract class MessageDecoder extends ByteToMessageDecoder {
    private final Limits limits;
    private final LineScanner scanner = new LineScanner();
    private State state = State.BEFORE;
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

    /** The message of a start line and its fields. */
    abstract HttpMessage message(String startLine, HttpHeaders fields) throws DecodeFault;

    /** What stands for a head that cannot be read. */
    abstract HttpMessage unreadable();

    /** How the message's body ends, which for a response depends on more than its fields. */
    abstract Framing framing(HttpMessage message) throws DecodeFault;

    /** Octets received that belong to no message yet. */
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

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (isPaused(ctx)) {
            return;
        }
        try {
            step(in, out);
        } catch (DecodeFault fault) {
            boolean inHead = state == State.BEFORE || state == State.HEAD;
            state = State.BROKEN;
            in.skipBytes(in.readableBytes());
            if (inHead) {
                HttpMessage broken = unreadable();
                broken.setDecoderResult(DecoderResult.failure(fault));
                out.add(broken);
            } else {
                LastHttpContent broken = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
                broken.setDecoderResult(DecoderResult.failure(fault));
                out.add(broken);
            }
        }
    }

    private void step(ByteBuf in, List<Object> out) throws DecodeFault {
        switch (state) {
            case BEFORE -> {
                skipEmptyLines(in);
                if (state == State.HEAD) {
                    // In the same step: a step that takes no octet ends the decoding.
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

    /** RFC 9112 section 2.2: empty lines before a message are ignored. */
    private void skipEmptyLines(ByteBuf in) throws DecodeFault {
        if (in.getByte(in.readerIndex()) != '\r') {
            if (!Octets.isToken(in.getUnsignedByte(in.readerIndex()))) {
                throw DecodeFault.malformed("what comes does not begin as HTTP/1 does");
            }
            scanner.reset();
            state = State.HEAD;
        } else if (in.readableBytes() >= 2) {
            if (in.getByte(in.readerIndex() + 1) != '\n') {
                throw DecodeFault.malformed("a CR stands alone");
            }
            in.skipBytes(2);
        }
    }

    private void readHead(ByteBuf in, List<Object> out) throws DecodeFault {
        int length = scanner.head(in, limits);
        if (length < 0) {
            return;
        }
        byte[] head = new byte[length];
        in.readBytes(head);
        int lineEnd = FieldSection.lineEnd(head, 0);
        HttpMessage message =
                message(FieldSection.text(head, 0, lineEnd), FieldSection.read(head, lineEnd + 2, length - 2));
        Framing framing = framing(message);
        message.setDecoderResult(DecoderResult.SUCCESS);
        out.add(message);
        if (framing instanceof Framing.Length body) {
            left = body.octets();
            state = left == 0 ? State.BEFORE : State.LENGTH;
            if (left == 0) {
                out.add(LastHttpContent.EMPTY_LAST_CONTENT);
            }
        } else if (framing instanceof Framing.Chunked) {
            chunks = new ChunkedBody(limits.chunk());
            state = State.CHUNKED;
        } else {
            state = State.UNTIL_CLOSE;
        }
    }

    private void readLength(ByteBuf in, List<Object> out) {
        int n = (int) Math.min(left, in.readableBytes());
        ByteBuf piece = in.readRetainedSlice(n);
        left -= n;
        if (left == 0) {
            state = State.BEFORE;
            out.add(new DefaultLastHttpContent(piece));
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
