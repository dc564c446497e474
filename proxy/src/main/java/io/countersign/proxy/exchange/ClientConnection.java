package io.countersign.proxy.exchange;

import io.countersign.proxy.admission.Incoming;
import io.countersign.proxy.exchange.ExchangeTimer.Phase;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.listen.LingeringClose;
import io.countersign.proxy.listen.Listener;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponseWriter;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Snapshot;
import io.countersign.proxy.wire.RequestDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
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
    private final Guest guest;
    private final RequestDecoder decoder;
    private final ClientResponseEncoder encoder;
    private Channel channel;
    private ExchangeTimer timer;
    private KeepAlive keepAlive;
    private Exchange exchange;
    private Runnable writable = () -> {};
    private boolean requestComplete = true;
    private boolean awaitingEnd;
    private boolean headTimed;
    private boolean inputEnded;
    private boolean served;
    private boolean refusing;
    private boolean over;

    /** Creates the handler of one accepted channel. */
    public ClientConnection(
            Services services,
            ListenerConfig listener,
            Guest guest,
            RequestDecoder decoder,
            ClientResponseEncoder encoder) {
        this.services = services;
        this.listener = listener;
        this.guest = guest;
        this.decoder = decoder;
        this.encoder = encoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        timer = new ExchangeTimer(channel.eventLoop(), this::fault);
        keepAlive =
                new KeepAlive(listener, timer.now(), ThreadLocalRandom.current().nextDouble());
        guest.seat().whenTaken(this::giveWay);
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
            awaitHead();
        }
        ctx.fireChannelReadComplete();
    }

    private void awaitHead() {
        headTimed = true;
        guest.seat().headBegun(timer.now());
        timer.enter(Phase.HEAD, guest.headTimeout(listener), this::headTooSlow);
    }

    private void begin(HttpRequest head) {
        if (!guest.seat().busy()) {
            // Its seat was taken a moment before the request was read, and the connection is about to be closed.
            encoder.answering(head);
            refuse(LocalResponses.gaveWay()).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        headTimed = false;
        served = true;
        requestComplete = false;
        timer.rest();
        encoder.answering(head);
        long now = timer.now();
        refusing = !services.lifecycle().begun(now);
        Snapshot snapshot = services.snapshot().get();
        exchange = new Exchange(
                this,
                services,
                snapshot,
                head,
                new ExchangeTrace(guest.caller(), services.clock().millis(), now));
        exchange.start(
                services.admission(), new Incoming(head, guest.caller(), guest.denied(), local(), refusing), snapshot);
    }

    Channel channel() {
        return channel;
    }

    /** Has {@code then} run when the channel takes more again, until the exchange ends. */
    void whenWritable(Runnable then) {
        writable = then;
    }

    ExchangeTimer timer() {
        return timer;
    }

    KeepAlive keepAlive() {
        return keepAlive;
    }

    /** Whether the connection is to end with the next response. */
    boolean isEnding() {
        return services.lifecycle().phase() != Lifecycle.Phase.SERVING
                || guest.denied().isPresent()
                || keepAlive.isOver(timer.now());
    }

    /** Where the client connected to; empty where that is no internet address. */
    private Optional<InetSocketAddress> local() {
        return channel.localAddress() instanceof InetSocketAddress address ? Optional.of(address) : Optional.empty();
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
        writable = () -> {};
        if (!refusing) {
            services.lifecycle().ended(timer.now());
        }
        timer.rest();
        if (!channel.isActive()) {
            end();
            return;
        }
        if (!requestComplete && keepAlive) {
            // Answered by its head alone, and no body follows: the decoder is about to say so.
            awaitingEnd = true;
            resumeReading();
        } else if (!requestComplete || (!keepAlive && decoder.leftOver() > 0)) {
            end();
            guest.seat().idle(timer.now());
            timer.enter(Phase.LINGERING, guest.linger(), channel::close);
            LingeringClose.begin(channel);
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
        if (served) {
            guest.seat().idle(timer.now());
            timer.enter(Phase.IDLE, keepAlive.idle(), channel::close);
        } else {
            timer.enter(Phase.FIRST_BYTE, guest.headTimeout(listener), channel::close);
        }
        decoder.next();
        // Decodes at once what has come early; a head that is not whole yet is timed when all of it is decoded.
        resumeReading();
        if (inputEnded && exchange == null && !over) {
            channel.close();
        }
    }

    private void headTooSlow() {
        encoder.answeringNone();
        refuse(LocalResponses.headTooSlow(guest.headTimeout(listener)));
        timer.enter(Phase.LINGERING, guest.linger(), channel::close);
        LingeringClose.begin(channel);
    }

    /** The seat is another connection's now; nothing runs on this one, or its seat could not have been taken. */
    private void giveWay() {
        if (!over && decoder.isWithinHead()) {
            encoder.answeringNone();
            refuse(LocalResponses.gaveWay()).addListener(ChannelFutureListener.CLOSE);
        } else {
            end();
            channel.close();
        }
    }

    /** Answers where no exchange has begun; the connection has no use after it. */
    private ChannelFuture refuse(LocalResponse answer) {
        ExchangeTrace trace = new ExchangeTrace(guest.caller(), services.clock().millis(), timer.now());
        services.observer().finished(trace.refused(answer, timer.now()));
        var response = LocalResponseWriter.response(
                answer, false, trace.id(), services.clock().instant());
        response.headers().set("connection", "close");
        end();
        return channel.writeAndFlush(response);
    }

    /** The process ends: what runs is cut. A connection that has said nothing yet may have a request on its way, and waits. */
    private void cutAtEnd() {
        if (exchange != null) {
            exchange.cutAtEnd();
        } else if (served && !over) {
            end();
            channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            writable.run();
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
        if (event == Listener.Ending.INSTANCE) {
            cutAtEnd();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.clientGone();
        }
        timer.cancel();
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
            LOG.error("client {}: a fault of the proxy's own", guest.caller(), cause);
            channel.close();
        }
    }

    /** How long a connection may stay without anything happening on it. */
    Duration idleLimit() {
        return listener.keepAliveIdle();
    }

    /** It is the client's turn to take what was written; {@code stalled} runs once it has taken nothing for that time. */
    void watchWrites(Duration limit, Runnable stalled) {
        timer.awaitClient(limit, this::unwritten, stalled);
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
