package io.countersign.proxy.admin.http;

import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.listen.LingeringClose;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
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
import java.net.InetAddress;
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

    private final HttpServer.Service service;
    private final InetAddress client;
    private final Seat seat;
    private Optional<Seat> large = Optional.empty();
    private Phase phase = Phase.HEAD;
    private HttpRequest request;
    private Resource resource;
    private ByteArrayOutputStream body;
    private Optional<ResponseWriter> writer = Optional.empty();
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

    HttpConnection(HttpServer.Service service, InetAddress client, Seat seat) {
        this.service = service;
        this.client = client;
        this.seat = seat;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        closeAfter(ctx, service.limits().deadline());
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        phase = Phase.GONE;
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
        Optional<Response> refusal = head.decoderResult().isFailure()
                ? Optional.of(Refusals.unreadableHead(
                        head.decoderResult(), service.limits().head()))
                : find();
        if (refusal.isEmpty() && (resource.isLarge() || hasBody(head))) {
            large = service.large().admit(ctx.channel(), client);
            refusal = large.isPresent() ? Optional.empty() : Optional.of(Refusals.tooMany());
        }
        if (refusal.isPresent()) {
            respond(ctx, refusal.get());
            return;
        }
        phase = Phase.BODY;
        body = new ByteArrayOutputStream(0);
        if (hasBody(head)) {
            // Until the body is complete the connection may give way, as with a part of a head.
            seat.headBegun(now(ctx));
            large.get().headBegun(now(ctx));
            if (HttpUtil.is100ContinueExpected(head)) {
                ctx.writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            }
        }
    }

    /** Finds the resource; returns why the request does not reach one, or empty. */
    private Optional<Response> find() {
        Optional<Response> refusal = service.guard().refusal(request);
        if (refusal.isPresent()) {
            return refusal;
        }
        resource = service.resources().get(path());
        if (resource == null) {
            return Optional.of(Refusals.unknownPath(service.resources().keySet()));
        }
        HttpMethod method = request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
        if (!resource.methods().contains(method)) {
            return Optional.of(Refusals.wrongMethod(resource));
        }
        return (HttpUtil.isTransferEncodingChunked(request) && resource.maxBody() == 0)
                        || HttpUtil.getContentLength(request, 0L) > resource.maxBody()
                ? Optional.of(Refusals.bodyTooLarge(resource))
                : Optional.empty();
    }

    private static boolean hasBody(HttpRequest head) {
        return HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
    }

    private void contentCame(ChannelHandlerContext ctx, HttpContent content) {
        int length = content.content().readableBytes();
        if (content.decoderResult().isFailure()) {
            respond(ctx, Refusals.unreadableBody(content.decoderResult(), resource));
        } else if (length > resource.maxBody() - body.size()) {
            respond(ctx, Refusals.bodyTooLarge(resource));
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
        Request complete = new Request(request.method(), path(), query(), request.headers(), whole, client);
        try {
            resource.handle(complete, response -> onLoop(ctx, () -> respond(ctx, response)));
        } catch (RuntimeException e) {
            LOG.error("admin: {} failed", resource.path(), e);
            respond(ctx, Refusals.failed());
        }
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
        boolean seated = seat.busy() && large.map(Seat::busy).orElse(true);
        if (!seated) {
            phase = Phase.GONE;
        }
        return seated;
    }

    private String path() {
        int mark = request.uri().indexOf('?');
        return mark < 0 ? request.uri() : request.uri().substring(0, mark);
    }

    private String query() {
        int mark = request.uri().indexOf('?');
        return mark < 0 ? "" : request.uri().substring(mark + 1);
    }

    /** From now on the connection may give way to new ones: a client that has its response, or does not read it, waits for nothing. */
    private void respond(ChannelHandlerContext ctx, Response response) {
        assert ctx.executor().inEventLoop();
        if (phase == Phase.RESPONSE || phase == Phase.SENT || phase == Phase.GONE) {
            return; // a resource responded twice, or too late
        }
        phase = Phase.RESPONSE;
        seat.answering(now(ctx));
        large.ifPresent(each -> each.answering(now(ctx)));
        boolean withBody = request == null || !request.method().equals(HttpMethod.HEAD);
        request = null; // not kept while a slow client reads the response
        ResponseWriter begun = writer(ctx, response, withBody);
        writer = Optional.of(begun);
        begun.begin();
    }

    private ResponseWriter writer(ChannelHandlerContext ctx, Response response, boolean withBody) {
        try {
            return new ResponseWriter(ctx, response, withBody, success -> sent(ctx, success));
        } catch (IllegalArgumentException e) {
            LOG.error("admin: the response of {} can't be sent", resource.path(), e);
            return new ResponseWriter(ctx, Refusals.failed(), withBody, success -> sent(ctx, success));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writer.ifPresent(ResponseWriter::resume);
        ctx.fireChannelWritabilityChanged();
    }

    private void sent(ChannelHandlerContext ctx, boolean success) {
        if (phase == Phase.GONE) {
            return;
        }
        phase = Phase.SENT;
        seat.done(now(ctx));
        large.ifPresent(each -> each.done(now(ctx)));
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
            if (phase == Phase.HEAD || phase == Phase.BODY || phase == Phase.SENT) {
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
