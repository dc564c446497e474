package io.countersign.proxy.admin.http;

import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.listen.LingeringClose;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response, then the connection ends: clients of this server are few, and so neither pipelining nor idle
 * connections need rules. Confined to its event loop.
 */
// There is nothing to do about a close that fails.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /** For the client to notice the end. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Service service;
    private final Peer peer;
    private final Seat seat;
    private final Tls tls;
    private Optional<Seat> extra = Optional.empty();
    private Phase phase = Phase.HEAD;
    private HttpRequest request;
    private Reception.Result.Taken taken;
    private ByteArrayOutputStream body;
    private Optional<Sending> sending = Optional.empty();
    private boolean inputEnded;
    private ScheduledFuture<?> deadline;

    private enum Phase {
        HEAD,
        BODY,
        /** The request is whole, and its resource has not responded yet. */
        HANDLING,
        /** The response is on its way. */
        RESPONSE,
        SENT,
        /** The seat is another connection's: this one is being closed. */
        GONE
    }

    /** Whether the connection has the TLS that its port wants. */
    enum Tls {
        AS_WANTED,
        /** The client speaks plain HTTP to a port with TLS: it is only told so. */
        MISSING
    }

    HttpConnection(Service service, Peer peer, Seat seat, Tls tls) {
        this.service = service;
        this.peer = peer;
        this.seat = seat;
        this.tls = tls;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        seat.whenTaken(ctx::close);
        closeAfter(ctx, service.limits().deadline());
        if (tls == Tls.MISSING) {
            refuse(ctx, Refusals.notTls());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        phase = Phase.GONE;
        sending.ifPresent(Sending::stop);
        ctx.fireChannelInactive();
    }

    /** <em>Takes</em> the message. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (phase == Phase.HEAD && message instanceof HttpRequest head) {
                headCame(ctx, head);
            } else if (phase == Phase.BODY && message instanceof HttpContent content) {
                contentCame(ctx, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void headCame(ChannelHandlerContext ctx, HttpRequest head) {
        if (!isStillSeated()) {
            return;
        }
        request = head;
        closeAfter(ctx, service.limits().deadline());
        Optional<Response> refusal = refusal(ctx, head);
        if (refusal.isPresent()) {
            respond(ctx, refusal.get());
            return;
        }
        phase = Phase.BODY;
        body = new ByteArrayOutputStream(0);
        if (hasBody(head)) {
            // Until the body is complete the connection may give way, as with a part of a head.
            seat.headBegun(now(ctx));
            extra.get().headBegun(now(ctx));
            if (HttpUtil.is100ContinueExpected(head)) {
                ctx.writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            }
        }
    }

    /** Finds out who handles the request; returns what it gets if nobody does. */
    private Optional<Response> refusal(ChannelHandlerContext ctx, HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            return said(Refusals.unreadableHead(
                    head.decoderResult(), service.limits().head()));
        }
        Reception.Result result = service.reception().decide(head, peer.address());
        if (result instanceof Reception.Result.Refused refused) {
            return Optional.of(refused.response());
        }
        taken = (Reception.Result.Taken) result;
        Optional<ConnectionLimit> limit = service.limitOf(taken.resource(), hasBody(head));
        extra = limit.flatMap(each -> each.admit(ctx.channel(), peer.client()));
        return limit.isPresent() && extra.isEmpty() ? said(Refusals.tooMany()) : Optional.empty();
    }

    private Optional<Response> said(Refusal refusal) {
        return Optional.of(service.reception().response(refusal));
    }

    private static boolean hasBody(HttpRequest head) {
        return HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
    }

    private void contentCame(ChannelHandlerContext ctx, HttpContent content) {
        int length = content.content().readableBytes();
        if (content.decoderResult().isFailure()) {
            refuse(ctx, Refusals.unreadableBody(content.decoderResult(), taken.resource()));
        } else if (length > taken.resource().maxBody() - body.size()) {
            refuse(ctx, Refusals.bodyTooLarge(taken.resource()));
        } else {
            try {
                content.content().readBytes(body, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (content instanceof LastHttpContent) {
                handle(ctx);
            }
        }
    }

    private void handle(ChannelHandlerContext ctx) {
        if (!isStillSeated()) {
            return;
        }
        phase = Phase.HANDLING;
        byte[] whole = body.toByteArray();
        body = null;
        closeAfter(ctx, service.limits().deadline());
        Request complete = new Request(
                request.method(),
                Reception.path(request.uri()),
                taken.parameters(),
                Reception.query(request.uri()),
                request.headers(),
                whole,
                peer.address());
        try {
            taken.handler().handle(complete, response -> onLoop(ctx, () -> respond(ctx, response)));
        } catch (RuntimeException e) {
            LOG.error("admin: {} failed", taken.resource().path(), e);
            refuse(ctx, Refusals.failed());
        }
    }

    private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
        respond(ctx, service.reception().response(refusal));
    }

    private static void onLoop(ChannelHandlerContext ctx, Runnable task) {
        if (ctx.executor().inEventLoop()) {
            task.run();
        } else {
            ctx.executor().execute(task);
        }
    }

    /** Whether this connection still has its place; it keeps it from now on until the response is under way. */
    private boolean isStillSeated() {
        boolean seated = seat.busy() && extra.map(Seat::busy).orElse(true);
        if (!seated) {
            phase = Phase.GONE;
        }
        return seated;
    }

    /**
     * From now on the connection may give way to new ones, but for a response that lasts: a client that has its response, or does not
     * read it, waits for nothing.
     */
    private void respond(ChannelHandlerContext ctx, Response response) {
        assert ctx.executor().inEventLoop();
        if (phase == Phase.RESPONSE || phase == Phase.SENT || phase == Phase.GONE) {
            response.stream().ifPresent(Stream::closed);
            return; // a resource responded twice, or too late
        }
        phase = Phase.RESPONSE;
        Sending begun =
                new Sendings(ctx, service, success -> sent(ctx, success)).of(response, Optional.ofNullable(request));
        request = null; // not kept while a slow client reads the response
        sending = Optional.of(begun);
        if (begun instanceof StreamWriter) {
            deadline.cancel(false);
        } else {
            seat.answering(now(ctx));
            extra.ifPresent(each -> each.answering(now(ctx)));
        }
        begun.begin();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sending.ifPresent(Sending::resume);
        ctx.fireChannelWritabilityChanged();
    }

    private void sent(ChannelHandlerContext ctx, boolean success) {
        if (phase == Phase.GONE) {
            return;
        }
        phase = Phase.SENT;
        seat.done(now(ctx));
        extra.ifPresent(each -> each.done(now(ctx)));
        if (success && !inputEnded) {
            closeAfter(ctx, LINGER);
            LingeringClose.begin(ctx.channel());
        } else {
            ctx.close();
        }
    }

    /** A client may end its half of the connection with its request, and still wait for the response. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            // Whoever reads what lasts has no reason to end its half before.
            boolean lasts = phase == Phase.RESPONSE && sending.orElse(null) instanceof StreamWriter;
            if (phase == Phase.HEAD || phase == Phase.BODY || phase == Phase.SENT || lasts) {
                ctx.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The other side reset the connection, or the decoder gave up on it: nobody is left to respond to.
        ctx.close();
    }

    private static long now(ChannelHandlerContext ctx) {
        return ctx.channel().eventLoop().ticker().nanoTime();
    }

    private void closeAfter(ChannelHandlerContext ctx, Duration time) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = ctx.executor().schedule((Runnable) ctx::close, time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
