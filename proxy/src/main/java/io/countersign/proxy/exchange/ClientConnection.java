package io.countersign.proxy.exchange;

import io.countersign.proxy.config.ListenerConfig;
import io.countersign.proxy.wire.RequestDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: takes its requests one after the other and gives each to an {@link Exchange}.
 *
 * <p>While an exchange runs, reading goes on until the next request begins to come, which the decoder holds back; so a client
 * that goes away is noticed, and one that pipelines is answered in order. Confined to its channel's event loop.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Services services;
    private final ListenerConfig listener;
    private final RequestDecoder decoder;
    private final ClientResponseEncoder encoder;
    private Channel channel;
    private Deadline deadline;
    private Exchange exchange;
    private boolean requestComplete = true;
    private boolean awaitingEnd;
    private boolean headTimed;
    private boolean inputEnded;
    private boolean served;
    private boolean over;

    /** Creates the handler of one accepted channel. */
    public ClientConnection(
            Services services, ListenerConfig listener, RequestDecoder decoder, ClientResponseEncoder encoder) {
        this.services = services;
        this.listener = listener;
        this.decoder = decoder;
        this.encoder = encoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        deadline = new Deadline(channel.eventLoop(), this::fault);
        if (channel.isActive()) {
            awaitRequest();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        awaitRequest();
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (over) {
            // Decoded before the connection's end was decided: neither a body nor a request any more.
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest head) {
            if (exchange != null) {
                throw new IllegalStateException("a request before its turn");
            }
            begin(head);
        } else if (message instanceof HttpContent content) {
            if (content instanceof LastHttpContent) {
                requestComplete = true;
            }
            try {
                if (exchange != null) {
                    exchange.content(content);
                }
            } finally {
                content.release();
            }
            if (awaitingEnd && requestComplete) {
                awaitingEnd = false;
                awaitRequest();
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /** A head that has begun must end in time, however often its sender drips an octet. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (exchange == null && !over && !headTimed && decoder.isWithinHead()) {
            headTimed = true;
            deadline.arm(listener.headTimeout().toNanos(), this::headTooSlow);
        }
        ctx.fireChannelReadComplete();
    }

    private void begin(HttpRequest head) {
        headTimed = false;
        served = true;
        requestComplete = false;
        deadline.disarm();
        encoder.answering(head);
        long now = deadline.now();
        services.activity().begun(now);
        Snapshot snapshot = services.snapshot().get();
        exchange = new Exchange(
                this, services, snapshot, head, new Journal(services.clock().millis(), now));
        exchange.start(snapshot.config().access());
    }

    Channel channel() {
        return channel;
    }

    Deadline deadline() {
        return deadline;
    }

    InetAddress peer() {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address.getAddress() : null;
    }

    /** Where the client connected to; null where that is no internet address. */
    InetSocketAddress local() {
        return channel.localAddress() instanceof InetSocketAddress address ? address : null;
    }

    /** Takes nothing more from the client until {@link #resumeReading}. */
    void pauseReading() {
        channel.config().setAutoRead(false);
    }

    /** Reads on, unless the next request has begun to come and waits for its turn. */
    void resumeReading() {
        if (!decoder.isHolding() && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
            decoder.resume();
        }
    }

    /** Whether the whole request of the running exchange has been read. */
    boolean isRequestComplete() {
        return requestComplete;
    }

    /** The request's framing is lost: nothing behind it can be read as a request. */
    void requestBroken() {
        requestComplete = false;
    }

    /** The exchange is over, its last octet written or its connection lost. */
    void exchangeEnded(boolean keepAlive) {
        exchange = null;
        services.activity().ended(deadline.now());
        deadline.disarm();
        if (!channel.isActive()) {
            return;
        }
        if (!requestComplete && keepAlive) {
            // Answered by its head alone, and no body follows: the decoder is about to say so.
            awaitingEnd = true;
            resumeReading();
        } else if (!requestComplete || (!keepAlive && decoder.leftOver() > 0)) {
            end();
            LingeringClose.begin(channel, deadline);
        } else if (!keepAlive || (inputEnded && decoder.leftOver() == 0)) {
            end();
            channel.close();
        } else {
            awaitRequest();
        }
    }

    /** What was decoded already is not served any more: its answer could not be sent (RFC 9112 section 9.6). */
    private void end() {
        over = true;
    }

    private void awaitRequest() {
        headTimed = false;
        Duration limit = served ? listener.keepAliveIdle() : listener.headTimeout();
        deadline.arm(limit.toNanos(), channel::close);
        decoder.next();
        // Decodes at once what has come early; a head that is not whole yet is timed when all of it is decoded.
        resumeReading();
        if (inputEnded && exchange == null && !over) {
            channel.close();
        }
    }

    private void headTooSlow() {
        Journal journal = new Journal(services.clock().millis(), deadline.now());
        journal.client = peer();
        Answer answer = Answers.headTooSlow(listener.headTimeout());
        journal.status = answer.status();
        journal.ownAnswer = true;
        journal.error = answer.error();
        journal.detail = answer.detail();
        journal.complete = true;
        services.observer().finished(journal.record(deadline.now()));
        var response = AnswerWriter.response(
                answer, journal.requestId, services.clock().instant());
        response.headers().set("connection", "close");
        end();
        encoder.answeringNone();
        channel.writeAndFlush(response);
        LingeringClose.begin(channel, deadline);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.clientWritabilityChanged();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            if (exchange == null) {
                channel.close();
            } else {
                exchange.inputEnded();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.clientGone();
        }
        deadline.cancel();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset by the client, or a bug: either way nothing more can be said on this connection.
        fault(cause);
    }

    private void fault(Throwable cause) {
        if (cause instanceof IOException) {
            channel.close();
        } else if (exchange != null) {
            exchange.ourFault(cause);
        } else {
            LOG.error("client {}: a fault of the proxy's own", peer(), cause);
            channel.close();
        }
    }

    /** How long a connection may stay without anything happening on it. */
    Duration idleLimit() {
        return listener.keepAliveIdle();
    }

    /**
     * Bounds how long what has been written may lie there without the client taking any of it; each octet that it takes
     * grants it the time anew. It is the connection's one deadline until another is armed.
     */
    void watchWrites(Duration limit, Runnable stalled) {
        long before = unwritten();
        deadline.arm(limit.toNanos(), () -> {
            if (unwritten() < before) {
                watchWrites(limit, stalled);
            } else {
                stalled.run();
            }
        });
    }

    private long unwritten() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }

    /** Closes at once, so that the client cannot take what it got for a whole response. */
    void cut(boolean reset) {
        // A write that failed just now has closed it already, though nobody has been told yet.
        if (reset && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }
}
