package io.countersign.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * Requests as clients send them, one at a time.
 *
 * <p>While reading is off it decodes nothing, and behind a request it decodes no further head before {@link #next}: one read
 * may hold thousands of pipelined requests, which take far less room as bytes than as messages. What has come early stays as
 * it came, and reading stops with it, so that it is never more than one read.
 *
 * <p>Whoever turns reading on calls {@link #resume}.
 */
public final class RequestDecoder extends MessageDecoder {
    /** Browsers of old sent one behind a body (RFC 9112 section 2.2). */
    private static final int MAX_EMPTY_LINES = 8;

    private static final ByteBuf HTTP_2_PREFACE = Unpooled.unreleasableBuffer(
                    Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII))
            .asReadOnly();

    private ChannelHandlerContext context;
    private boolean taken;
    private boolean holding;
    private boolean decoding;
    private boolean again;
    private HttpVersion version;
    private HttpMethod method;
    private String target;

    public RequestDecoder(Limits limits) {
        super(limits);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    boolean isPaused(ChannelHandlerContext ctx) {
        return !ctx.channel().config().isAutoRead();
    }

    @Override
    boolean holdsHead(ChannelHandlerContext ctx) {
        if (taken) {
            holding = true;
            ctx.channel().config().setAutoRead(false);
        }
        return taken;
    }

    /** Whether the next request has begun to come before its turn. */
    public boolean isHolding() {
        return holding;
    }

    /** The next request's turn has come; {@link #resume} is to follow if reading was off. */
    public void next() {
        taken = false;
        holding = false;
    }

    /** Decodes what was left while reading was off. From within a decoding, it is that one which goes on. */
    public void resume() {
        if (decoding) {
            again = true;
            return;
        }
        if (leftOver() == 0) {
            return;
        }
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
            channelReadComplete(context);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }

    /** Never within itself: the outer decoding would go on with a buffer that the inner one has released. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (decoding) {
            throw new IllegalStateException("a decoding within a decoding");
        }
        decoding = true;
        try {
            super.channelRead(ctx, message);
            while (again) {
                again = false;
                super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
            }
        } finally {
            again = false;
            decoding = false;
        }
    }

    /** Netty's own would ask for more bytes because nothing came of these, though it is our own pause that nothing did. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (isPaused(ctx)) {
            discardSomeReadBytes();
            ctx.fireChannelReadComplete();
        } else {
            super.channelReadComplete(ctx);
        }
    }

    /** A client that has said all may still wait for answers to what is held here. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    /** Split over two reads it is an HTTP/2.0 request line like any other, and refused as one. */
    @Override
    void judgeBeginning(ByteBuf in) throws DecodeFault {
        boolean preface = in.readableBytes() >= HTTP_2_PREFACE.readableBytes()
                && ByteBufUtil.equals(HTTP_2_PREFACE, 0, in, in.readerIndex(), HTTP_2_PREFACE.readableBytes());
        if (preface) {
            throw new DecodeFault(DecodeFault.Kind.HTTP_2, "HTTP/1.1 and HTTP/1.0 are spoken here, not HTTP/2");
        }
    }

    @Override
    int maxEmptyLines() {
        return MAX_EMPTY_LINES;
    }

    /** RFC 9112 section 3: method, target and version, one space between each; what the target says is judged by others. */
    @Override
    void startLine(String line) throws DecodeFault {
        int methodEnd = line.indexOf(' ');
        int versionAt = line.lastIndexOf(' ') + 1;
        if (methodEnd <= 0
                || versionAt <= methodEnd + 2
                || line.indexOf(' ', methodEnd + 1) != versionAt - 1
                || !isToken(line, methodEnd)) {
            throw DecodeFault.malformed("the request line is not a method, a target and a version");
        }
        version = Versions.of(line, versionAt, line.length());
        method = HttpMethod.valueOf(line.substring(0, methodEnd));
        target = line.substring(methodEnd + 1, versionAt - 1);
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= 0x20 || target.charAt(i) == 0x7f) {
                throw DecodeFault.malformed("the request target holds a control character; percent-encode it");
            }
        }
    }

    /** Without Netty's validation, which would show the target in its exception: it has been judged. */
    @Override
    HttpMessage message(HttpHeaders fields) {
        taken = true;
        return new DefaultHttpRequest(version, method, target, fields, false);
    }

    @Override
    HttpMessage unreadable() {
        taken = true;
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    }

    @Override
    Framing framing(HttpMessage message) throws DecodeFault {
        Framing said = Framing.of(message);
        return said instanceof Framing.Unsaid ? new Framing.Length(0) : said;
    }

    private static boolean isToken(String text, int to) {
        for (int i = 0; i < to; i++) {
            if (!ByteClass.isToken(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
