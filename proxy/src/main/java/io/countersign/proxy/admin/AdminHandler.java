package io.countersign.proxy.admin;

import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One request and its answer, then the connection ends: probes and scrapes are rare enough for that, and neither
 * pipelining nor idle connections need a rule.
 */
// A close that fails has nobody left who could do anything about it.
@SuppressWarnings("FutureReturnValueIgnored")
final class AdminHandler extends SimpleChannelInboundHandler<HttpObject> {
    /** For the client to take note of the end; closing at once on unread octets would reset what was answered. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Map<String, Page> pages;
    private final HostCheck hosts;
    private final Seat seat;
    private final ConnectionLimit scrapes;
    private final Duration timeout;
    private Optional<Seat> scrape = Optional.empty();
    private boolean asked;
    private boolean answered;
    private boolean inputEnded;
    private ScheduledFuture<?> deadline;

    /**
     * Of one connection.
     *
     * @param scrapes bounds the connections that are given large answers
     * @param timeout for the head to come, and again for the answer to be taken
     */
    AdminHandler(Map<String, Page> pages, HostCheck hosts, Seat seat, ConnectionLimit scrapes, Duration timeout) {
        this.pages = pages;
        this.hosts = hosts;
        this.seat = seat;
        this.scrapes = scrapes;
        this.timeout = timeout;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        closeAfter(ctx, timeout);
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        ctx.fireChannelInactive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (asked || !(message instanceof HttpRequest request)) {
            return;
        }
        asked = true;
        if (!seat.busy()) {
            return; // it is being closed
        }
        closeAfter(ctx, timeout);
        Answer refusal = refusal(request);
        if (refusal != null) {
            write(ctx, request.method(), refusal);
            return;
        }
        int mark = request.uri().indexOf('?');
        String path = mark < 0 ? request.uri() : request.uri().substring(0, mark);
        String query = mark < 0 ? "" : request.uri().substring(mark + 1);
        Page page = pages.get(path);
        if (page == null) {
            String known = "not here; known: " + String.join(" ", pages.keySet());
            write(ctx, request.method(), Answer.text(HttpResponseStatus.NOT_FOUND, known));
            return;
        }
        if (page.isLarge()) {
            scrape = scrapes.admit(ctx.channel(), seat.peer());
            if (scrape.isEmpty()) {
                write(
                        ctx,
                        request.method(),
                        Answer.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many scrapes at once"));
                return;
            }
            scrape.get().busy();
        }
        page.get(query, request.headers(), answer -> write(ctx, request.method(), answer));
    }

    /** Null when the request may be answered. */
    private Answer refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return request.decoderResult().cause() instanceof TooLongFrameException
                    ? Answer.text(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head longer than 8 KiB")
                    : Answer.text(HttpResponseStatus.BAD_REQUEST, "not a valid HTTP/1.1 request");
        }
        HttpHeaders headers = request.headers();
        List<String> host = headers.getAll(HttpHeaderNames.HOST);
        // RFC 9112 section 3.2; old probes speak HTTP/1.0 and name no host, which no browser does.
        if (host.size() > 1 || (host.isEmpty() && !request.protocolVersion().equals(HttpVersion.HTTP_1_0))) {
            return Answer.text(HttpResponseStatus.BAD_REQUEST, "exactly one Host field is needed");
        }
        if (!hosts.passes(host)) {
            return Answer.text(
                    HttpResponseStatus.MISDIRECTED_REQUEST,
                    "Host must be an address, localhost, or one of admin.allowed-hosts");
        }
        if (sentByPage(headers)) {
            return Answer.text(HttpResponseStatus.FORBIDDEN, "web pages are not served here");
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return Answer.text(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD are known here");
        }
        if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) != 0) {
            return Answer.text(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "no request body is taken here");
        }
        return null;
    }

    /** Origin comes with cross-origin and writing requests; a page on another port of localhost is same-site. */
    private static boolean sentByPage(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.ORIGIN)) {
            return true;
        }
        return headers.getAll("sec-fetch-site").stream()
                .anyMatch(site -> !site.equalsIgnoreCase("none") && !site.equalsIgnoreCase("same-origin"));
    }

    /** From any thread. */
    private void write(ChannelHandlerContext ctx, HttpMethod method, Answer answer) {
        ByteBuf body = method.equals(HttpMethod.HEAD) ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body());
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        if (answer.gzip()) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
        }
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        headers.set("x-content-type-options", "nosniff");
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        if (!ctx.executor().inEventLoop()) {
            ctx.executor().execute(() -> send(ctx, response));
        } else {
            send(ctx, response);
        }
    }

    /** From now on it gives way, should others come: who has been answered, or does not take its answer, waits for nothing. */
    private void send(ChannelHandlerContext ctx, FullHttpResponse response) {
        long now = now(ctx);
        seat.answering(now);
        scrape.ifPresent(each -> each.answering(now));
        ChannelFuture written = ctx.writeAndFlush(response);
        written.addListener(done -> {
            answered = true;
            seat.done(now(ctx));
            scrape.ifPresent(each -> each.done(now(ctx)));
            if (done.isSuccess() && !inputEnded && ctx.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
                closeAfter(ctx, LINGER);
            } else {
                ctx.close();
            }
        });
    }

    /** A client may end its half of the connection with its request, and still wait for the answer. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (!asked || answered) {
                ctx.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A connection that the other side reset, or that the codec gave up on: nobody to answer.
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
