package io.countersign.proxy.exchange;

import io.countersign.proxy.admission.Incoming;
import io.countersign.proxy.exchange.ExchangeTimer.Phase;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.listen.LingeringClose;
import io.countersign.proxy.listen.Listener;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.wire.RequestDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: takes its requests one after the other and gives each to an {@link Exchange}; {@link ConnectionState} has what it
 * may be at.
 *
 * <p>While an exchange runs, reading goes on until the next request begins to come, which the decoder holds back; so a client
 * that goes away is noticed, and one that pipelines is answered in order. Confined to its channel's event loop.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Front front;
    private final Phases phases;
    private final ListenerConfig listener;
    private final Guest guest;
    private final RequestDecoder decoder;
    private final ClientResponseEncoder encoder;
    private Channel channel;
    private ExchangeTimer timer;
    private ClientLink link;
    private ConnectionState state = ConnectionState.ACCEPTED;

    private Optional<Exchange> exchange = Optional.empty();
    private boolean served;
    private boolean inputEnded;

    /** Creates the handler of one accepted channel. */
    public ClientConnection(
            Front front,
            Phases phases,
            ListenerConfig listener,
            Guest guest,
            RequestDecoder decoder,
            ClientResponseEncoder encoder) {
        this.front = front;
        this.phases = phases;
        this.listener = listener;
        this.guest = guest;
        this.decoder = decoder;
        this.encoder = encoder;
    }

    ConnectionState state() {
        return state;
    }

    private void become(ConnectionState next) {
        assert channel.eventLoop().inEventLoop();
        assert state.mayBecome(next) : state + " cannot become " + next;
        state = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        timer = new ExchangeTimer(channel.eventLoop(), this::fault);
        double spread = ThreadLocalRandom.current().nextDouble();
        KeepAlive keepAlive = new KeepAlive(listener, timer.now(), spread);
        link = new ClientLink(channel, decoder, timer, keepAlive, this::isEnding);
        guest.seat().whenTaken(this::giveWay);
        if (channel.isActive()) {
            awaitRequest();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (state == ConnectionState.ACCEPTED) {
            awaitRequest();
        }
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (state == ConnectionState.OVER) {
            // Decoded before the connection's end was decided: neither a body nor a request any more.
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest head) {
            begin(head);
        } else if (message instanceof HttpContent content) {
            link.came(content);
            try {
                exchange.ifPresent(running -> running.content(content));
            } finally {
                content.release();
            }
            if (state == ConnectionState.DISCARDING && link.isRequestComplete()) {
                awaitRequest();
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /** A head that has begun must end in time, however often its sender drips a byte. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (state == ConnectionState.AWAITING_HEAD && decoder.isWithinHead()) {
            become(ConnectionState.READING_HEAD);
            guest.seat().headBegun(timer.now());
            timer.enter(Phase.HEAD, guest.headTimeout(listener), this::headTooSlow);
        }
        ctx.fireChannelReadComplete();
    }

    private void awaitRequest() {
        become(ConnectionState.AWAITING_HEAD);
        if (served) {
            guest.seat().idle(timer.now());
            timer.enter(Phase.IDLE, link.keepAlive().idle(), channel::close);
        } else {
            timer.enter(Phase.FIRST_BYTE, guest.headTimeout(listener), channel::close);
        }
        decoder.next();
        // Decodes at once what has come early; a head that is not whole yet is timed when all of it is decoded.
        link.resumeReading();
        if (inputEnded && state != ConnectionState.IN_EXCHANGE && state != ConnectionState.OVER) {
            channel.close();
        }
    }

    private void begin(HttpRequest head) {
        encoder.answering(head);
        front.http2Clients().look(encoder, guest, timer.now());
        if (!guest.seat().busy()) {
            // Its seat was taken a moment before the request was read, and the connection is about to be closed.
            refuse(LocalResponses.gaveWay()).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (!state.mayBecome(ConnectionState.IN_EXCHANGE)) {
            throw new IllegalStateException("a request before its turn");
        }
        become(ConnectionState.IN_EXCHANGE);
        served = true;
        link.requestBegun();
        timer.rest();
        boolean counted = front.lifecycle().begun(timer.now());
        Incoming.Time time = Incoming.Time.of(counted, front.lifecycle().phase() == Lifecycle.Phase.SERVING);
        Exchange begun = new Exchange(
                link,
                front,
                phases,
                new Incoming(head, guest.caller(), guest.denied(), link.local(), time),
                keepAlive -> {
                    if (counted) {
                        front.lifecycle().ended(timer.now());
                    }
                    exchangeEnded(keepAlive);
                });
        exchange = Optional.of(begun);
        begun.start();
    }

    /** Whether the connection is to end with the next response, however young it is. */
    private boolean isEnding() {
        return front.lifecycle().phase() != Lifecycle.Phase.SERVING
                || guest.denied().isPresent();
    }

    /** The exchange is over: its last byte is written, or its connection lost. */
    private void exchangeEnded(boolean keepAlive) {
        exchange = Optional.empty();
        link.letGo();
        if (!channel.isActive()) {
            become(ConnectionState.OVER);
        } else if (!link.isRequestComplete() && keepAlive) {
            // Answered by its head alone, and no body follows: the decoder is about to say so.
            become(ConnectionState.DISCARDING);
            link.resumeReading();
        } else if (!link.isRequestComplete() || (!keepAlive && decoder.leftOver() > 0)) {
            become(ConnectionState.OVER);
            guest.seat().idle(timer.now());
            linger();
        } else if (!keepAlive || (inputEnded && decoder.leftOver() == 0)) {
            end();
        } else {
            awaitRequest();
        }
    }

    private void linger() {
        timer.enter(Phase.LINGERING, guest.linger(), channel::close);
        LingeringClose.begin(channel);
    }

    private void end() {
        over();
        channel.close();
    }

    /** What was decoded already is not served any more: its response could not be sent (RFC 9112 section 9.6). */
    private void over() {
        if (state != ConnectionState.OVER) {
            become(ConnectionState.OVER);
        }
    }

    private void headTooSlow() {
        encoder.answeringNone();
        refuse(LocalResponses.headTooSlow(guest.headTimeout(listener)));
        linger();
    }

    /** The seat is another connection's now; nothing runs on this one, or its seat could not have been taken. */
    private void giveWay() {
        if (state == ConnectionState.OVER || (served && !decoder.isWithinHead())) {
            end();
        } else {
            over();
            encoder.answeringNone();
            OwnResponse.gaveWay(channel, guest.caller(), front, decoder.isWithinHead());
        }
    }

    /** Responds where no exchange has begun; the connection has no use after it. */
    private ChannelFuture refuse(LocalResponse response) {
        become(ConnectionState.OVER);
        ExchangeTrace trace = new ExchangeTrace(guest.caller(), front.clock().millis(), timer.now());
        return OwnResponse.writeLast(channel, response, trace, front.clock())
                .addListener(written -> front.observer().finished(trace.record(timer.now())));
    }

    /** The process ends: what runs is cut. A connection that has said nothing yet may have a request on its way, and waits. */
    private void cutAtEnd() {
        if (exchange.isPresent()) {
            exchange.get().cutAtEnd();
        } else if (served && state != ConnectionState.OVER) {
            end();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            link.becameWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            exchange.ifPresentOrElse(Exchange::inputEnded, channel::close);
        } else if (event == Listener.Ending.INSTANCE) {
            cutAtEnd();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        exchange.ifPresent(Exchange::clientGone);
        over();
        timer.cancel();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fault(cause);
    }

    /** A reset by the client, or a bug: either way nothing more can be said on this connection. */
    private void fault(Throwable cause) {
        if (ClientLink.isLost(cause)) {
            channel.close();
        } else if (exchange.isPresent()) {
            exchange.get().ourFault(cause);
        } else {
            LOG.error("client {}: a fault of the proxy's own", guest.caller(), cause);
            channel.close();
        }
    }
}
