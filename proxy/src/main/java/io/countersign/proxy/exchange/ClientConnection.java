package io.countersign.proxy.exchange;

import io.countersign.proxy.config.ListenerConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * One client connection: takes its requests one after the other and gives each to an {@link Exchange}.
 *
 * <p>While an exchange runs, reading goes on until the next request's head is there, which is held back; so a client that
 * goes away is noticed, and one that pipelines is answered in order. Confined to its channel's event loop.
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter {
    private final Services services;
    private final ListenerConfig listener;
    private final ClientResponseEncoder encoder;
    private Channel channel;
    private Deadline deadline;
    private Exchange exchange;
    private HttpRequest held;
    private boolean requestComplete = true;
    private boolean awaitingEnd;
    private boolean headBegun;
    private boolean inputEnded;
    private boolean served;

    /** Creates the handler of one accepted channel. */
    public ClientConnection(Services services, ListenerConfig listener, ClientResponseEncoder encoder) {
        this.services = services;
        this.listener = listener;
        this.encoder = encoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        deadline = new Deadline(channel.eventLoop());
        if (channel.isActive()) {
            awaitRequest();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        awaitRequest();
        ctx.fireChannelActive();
    }

    /** Octets have come, perhaps of a head that is not whole yet; told by {@link HeadWatch} before they are decoded. */
    void octetsCame() {
        if (exchange == null && !headBegun) {
            headBegun = true;
            deadline.arm(listener.headTimeout().toNanos(), this::headTooSlow);
        } else if (exchange != null && requestComplete) {
            headBegun = true;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest head) {
            if (exchange != null) {
                held = head;
                channel.config().setAutoRead(false);
            } else {
                begin(head);
            }
        } else if (message instanceof HttpContent content) {
            if (content instanceof LastHttpContent) {
                requestComplete = true;
            }
            if (exchange != null && held == null) {
                exchange.content(content);
            }
            content.release();
            if (awaitingEnd && requestComplete) {
                awaitingEnd = false;
                awaitRequest();
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest head) {
        headBegun = false;
        served = true;
        requestComplete = false;
        deadline.disarm();
        encoder.answering(head.method());
        long now = deadline.now();
        services.activity().begun(now);
        exchange =
                new Exchange(this, services, head, new Journal(services.clock().millis(), now));
        exchange.start();
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

    /** Whether the whole request of the running exchange has been read. */
    boolean isRequestComplete() {
        return requestComplete;
    }

    /** The request's framing is lost: nothing behind it can be read as a request. */
    void requestBroken() {
        requestComplete = false;
    }

    /** Whether the client has said that it sends nothing more; it may well be waiting for its answer. */
    boolean isInputEnded() {
        return inputEnded;
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
            channel.config().setAutoRead(true);
        } else if (!requestComplete) {
            LingeringClose.begin(channel, deadline);
        } else if (!keepAlive || (inputEnded && held == null)) {
            channel.close();
        } else {
            awaitRequest();
        }
    }

    private void awaitRequest() {
        if (held != null) {
            HttpRequest next = held;
            held = null;
            // Reading goes on when the exchange wants its body, or has ended: it may have to wait for budget first.
            begin(next);
            return;
        }
        if (headBegun) {
            deadline.arm(listener.headTimeout().toNanos(), this::headTooSlow);
        } else if (served) {
            deadline.arm(listener.keepAliveIdle().toNanos(), channel::close);
        } else {
            deadline.arm(listener.headTimeout().toNanos(), channel::close);
        }
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
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
        var response = AnswerWriter.response(answer, journal.requestId);
        response.headers().set("connection", "close");
        requestComplete = false;
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
        held = null;
        deadline.cancel();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset by the client, or a bug: either way nothing more can be said on this connection.
        if (exchange != null && !(cause instanceof java.io.IOException)) {
            exchange.ourFault(cause);
        } else {
            ctx.channel().close();
        }
    }

    /** Closes at once, so that the client cannot take what it got for a whole response. */
    void cut(boolean reset) {
        if (reset) {
            channel.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }
}
