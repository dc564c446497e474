package io.countersign.proxy.upstream;

import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.config.RouteTimes;
import io.countersign.proxy.wire.ResponseDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to an upstream: takes a request, hands on its response, and goes back to its pool if it may.
 *
 * <p>It is read from all the time, idle or not: so an upstream that closes, or speaks unasked, is noticed before the next
 * request is given to it. Only a listener that cannot keep up stops the reading. Confined to its channel's event loop.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);
    private static final int MAX_INFORMATIONAL = 8;

    private final Upstream upstream;
    private final Lane lane;
    private final ResponseDecoder decoder;
    private final Runnable bodyCame = this::bodyCame;
    private Channel channel;

    private ResponseListener listener;
    private RequestBody body;
    private int informational;
    private boolean headSeen;
    private boolean reusable;
    private boolean cutShort;
    private boolean delimitedByClose;
    private boolean toHead;
    private boolean closeNotified;
    private boolean ended;

    private final Lifetime lifetime;
    private Holder holder = Holder.NOBODY;
    private boolean used;

    /** Whose the connection is. */
    private enum Holder {
        NOBODY,
        EXCHANGE,
        POOL,

        /** It is being closed, which over TLS takes a while: not to be lent any more. */
        CLOSING
    }

    UpstreamConnection(Lane lane, Lifetime lifetime, ResponseDecoder decoder) {
        this.upstream = lane.upstream();
        this.lane = lane;
        this.lifetime = lifetime;
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    public Upstream upstream() {
        return upstream;
    }

    /** Whether an earlier request went over it: its upstream may be closing it at this very moment. */
    public boolean wasUsedBefore() {
        return used;
    }

    /**
     * Sends a request and listens for its response.
     *
     * @param head request line and fields; <em>taken</em>
     * @param content intact; sent behind the head, <em>borrowed</em> until the response's end
     * @param times how long the connection may be kept afterwards
     * @return whether the head is on its way; if not, the listener hears of it, now or soon
     */
    public boolean exchange(String method, ByteBuf head, RequestBody content, RouteTimes times, ResponseListener to) {
        listener = to;
        body = content;
        content.sendTo(bodyCame);
        keepBy(times);
        informational = 0;
        headSeen = false;
        cutShort = false;
        delimitedByClose = false;
        toHead = method.equals("HEAD");
        decoder.expectResponseTo(method);
        if (content.length() > 0 && content.length() <= head.writableBytes()) {
            // One buffer for a small message: one TLS record, one copy.
            for (ByteBuf piece = content.next(); piece != null; piece = content.next()) {
                head.writeBytes(piece);
                piece.release();
            }
        }
        channel.write(head, channel.voidPromise());
        writeBody();
        channel.flush();
        return to.equals(listener) && channel.isActive() && !isOutputShutdown();
    }

    private void writeBody() {
        while (body != null && channel.isWritable()) {
            ByteBuf piece = body.next();
            if (piece == null) {
                return;
            }
            channel.write(piece, channel.voidPromise());
            if (!channel.isWritable()) {
                channel.flush();
            }
        }
    }

    /** A streamed body has octets again. */
    private void bodyCame() {
        if (body != null && channel.isWritable()) {
            writeBody();
            channel.flush();
        }
    }

    /** Stops or goes on reading the response. */
    public void read(boolean on) {
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    /** Ends the exchange before its response has: the connection is of no use any more, and its listener hears nothing. */
    public void abandon() {
        listener = null;
        body = null;
        ended = false;
        cut();
    }

    /**
     * Closes without TLS's close_notify, which would wait behind octets that the upstream perhaps never takes; that the
     * upstream sees a truncation is right as well.
     */
    private void cut() {
        channel.pipeline().firstContext().close();
    }

    /** Whether a request may be given to it, at {@code now}. */
    boolean isUsable(long now, Duration maxAge) {
        return holder == Holder.POOL && isSound() && !lifetime.isOver(now, maxAge);
    }

    /** Whether nothing has come and nothing has ended that no request asked for. */
    boolean isSound() {
        return holder != Holder.CLOSING && listener == null && channel.isActive() && decoder.leftOver() == 0;
    }

    Channel channel() {
        return channel;
    }

    void lent() {
        holder = Holder.EXCHANGE;
    }

    boolean isLent() {
        return holder == Holder.EXCHANGE;
    }

    /** Gives it to the pool; false when it has been kept for long enough. */
    boolean pooled(long now) {
        holder = Holder.POOL;
        used = true;
        return lifetime.fallIdle(now);
    }

    /** Takes its last exchange's route's times for how long it may be kept. */
    void keepBy(RouteTimes times) {
        lifetime.keepBy(times.poolIdle(), times.poolMaxAge());
    }

    /** When it is to go, if it is idle; by the loop's ticker. */
    long until() {
        return lifetime.until();
    }

    long idleSince() {
        return lifetime.idleSince();
    }

    /** Goes back to its pool without having been used. */
    void giveBack() {
        lane.release(this);
    }

    /** Closes a connection that no exchange has. */
    void discard() {
        holder = Holder.CLOSING;
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (listener == null || ended) {
            // An idle connection that speaks cannot be trusted with a request: its words might be taken for the answer.
            ReferenceCountUtil.release(message);
            close();
            return;
        }
        if (message instanceof HttpResponse head && !receiveHead(head)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpContent content) {
            receiveContent(content);
        }
    }

    /** Returns whether the exchange goes on. */
    private boolean receiveHead(HttpResponse head) {
        int status = head.status().code();
        if (head.decoderResult().isSuccess() && status >= 100 && status < 200) {
            if (status == 101 || ++informational > MAX_INFORMATIONAL) {
                String what =
                        status == 101 ? "an unasked 101" : "more than " + MAX_INFORMATIONAL + " interim responses";
                fail(new UpstreamFault(UpstreamFault.Kind.HTTP_PROTOCOL, upstream + " answered with " + what));
                return false;
            }
            return true;
        }
        UpstreamFault fault = ResponseHeadCheck.check(head, upstream);
        if (fault != null) {
            fail(fault);
            return false;
        }
        headSeen = true;
        delimitedByClose = ResponseHeadCheck.isDelimitedByClose(head, toHead);
        reusable = !delimitedByClose && ResponseHeadCheck.keepsAlive(head);
        lifetime.upstreamKeepsFor(ResponseHeadCheck.keepAliveTimeout(head));
        if (status >= 300 && body != null && !body.isSent()) {
            // It has decided without the rest of the body (RFC 9112 section 9.5), which leaves its connection within a
            // request.
            body = null;
            cutShort = true;
        }
        listener.head(head);
        return true;
    }

    private void receiveContent(HttpContent content) {
        if (!headSeen) {
            // The end of an interim response.
            content.release();
            return;
        }
        if (!content.decoderResult().isSuccess()) {
            content.release();
            fail(new UpstreamFault(UpstreamFault.Kind.HTTP_PROTOCOL, upstream + " sent a malformed chunk"));
            return;
        }
        boolean last = content instanceof LastHttpContent;
        if (last && delimitedByClose && !channel.isActive() && upstream.tls().isPresent() && !closeNotified) {
            content.release();
            fail(truncated("closed the connection without TLS close_notify"));
            return;
        }
        if (content.content().isReadable()) {
            listener.content(content.content());
        } else {
            content.release();
        }
        if (last && listener != null) {
            ended = true;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (ended) {
            end();
        } else if (listener != null) {
            listener.pause();
        } else if (decoder.leftOver() > 0) {
            close();
        }
    }

    /** Done only now, when the whole read is decoded: what is left over tells whether the connection is clean. */
    private void end() {
        ended = false;
        ResponseListener told = listener;
        boolean sentAll = !cutShort && (body == null || body.isSent());
        listener = null;
        body = null;
        read(true);
        if (reusable && sentAll && channel.isActive() && decoder.leftOver() == 0) {
            lane.release(this);
        } else if (sentAll) {
            channel.close();
        } else {
            cut();
        }
        told.complete();
    }

    private UpstreamFault truncated(String how) {
        return new UpstreamFault(
                headSeen ? UpstreamFault.Kind.RESPONSE_INCOMPLETE : UpstreamFault.Kind.CONNECTION_TERMINATED,
                upstream + " " + how + (headSeen ? " within the response" : " before a response"));
    }

    private void fail(UpstreamFault fault) {
        ResponseListener told = listener;
        listener = null;
        body = null;
        ended = false;
        channel.close();
        if (told != null) {
            told.failed(fault);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable() && listener != null) {
            writeBody();
            channel.flush();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent closing) {
            // Nothing can follow. Where the end is the response's own, it is whole once it is said so (RFC 9112 section
            // 9.8).
            closeNotified = closing.isSuccess();
            close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (ended) {
            end();
        } else if (listener != null) {
            fail(truncated("closed the connection"));
        }
        ctx.fireChannelInactive();
    }

    /**
     * The upstream takes no more, and yet may have answered: what it refuses without reading it, it answers, closes, and its system
     * resets the connection. The answer is in the receive queue then, and is read; without one, the connection's end is what follows.
     */
    private boolean mayHaveAnswered(Throwable cause) {
        return cause instanceof IOException && listener != null && channel.isActive() && isOutputShutdown();
    }

    private boolean isOutputShutdown() {
        return channel instanceof DuplexChannel duplex && duplex.isOutputShutdown();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (mayHaveAnswered(cause)) {
            body = null;
            cutShort = true;
            return;
        }
        // A failed handshake comes wrapped by the decoder.
        if (!(cause instanceof IOException) && !(cause.getCause() instanceof IOException)) {
            LOG.error("upstream {}: a fault of the proxy's own", upstream, cause);
        }
        if (listener != null) {
            fail(truncated("broke the connection (" + cause.getClass().getSimpleName() + ")"));
        }
        close();
    }

    /** An exchange that has the connection keeps it until it is closed, so that it goes on counting as one in use. */
    private void close() {
        if (holder != Holder.EXCHANGE) {
            holder = Holder.CLOSING;
        }
        channel.close();
    }
}
