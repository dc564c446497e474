package io.countersign.proxy.response;

import io.countersign.proxy.fields.Location;
import io.countersign.proxy.fields.ResponseFields;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.Optional;

/**
 * Streams a response to the client. The client's socket drives it: while that takes no more, the upstream is not read, so what
 * lies between them is bounded by two watermarks.
 */
final class ResponseRelay implements LastingResponse.Relayed {
    private final ResponseContext context;
    private final ClientSide side;
    private final Route route;
    private final HttpResponse upstream;
    private final Channel client;
    private final Duration idle;
    private final boolean eventStream;
    private final LastingResponse lasting;

    /** Where the body comes from; empty when it is here already, or has come. */
    private Optional<UpstreamStream> source;

    private long relayed;
    private boolean delimitedByClose;

    /** What has come but is not written yet: most responses are one read, and then go out as one write of one buffer. */
    private HttpResponse unwrittenHead;

    private ByteBuf unwrittenPiece = Unpooled.EMPTY_BUFFER;

    private ResponseRelay(ResponseContext context, HttpResponse upstream) {
        this.context = context;
        this.side = context.client();
        this.route = context.route();
        this.upstream = upstream;
        this.client = side.channel();
        this.source = Optional.empty();
        String type = upstream.headers().get(HttpHeaderNames.CONTENT_TYPE);
        this.eventStream = type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
        this.lasting = new LastingResponse(context, this);
        this.idle =
                eventStream ? route.times().eventStreamIdle() : route.times().responseIdle();
    }

    /** Of a response whose body is to come from {@code source}; goes on with {@link #begin}. */
    static ResponseRelay from(UpstreamStream source, ResponseContext context, HttpResponse upstream) {
        ResponseRelay relay = new ResponseRelay(context, upstream);
        relay.source = Optional.of(source);
        return relay;
    }

    /** Of a response whose body is here already; goes on with {@link #send}. */
    static ResponseRelay whole(ResponseContext context, HttpResponse upstream) {
        return new ResponseRelay(context, upstream);
    }

    void begin() {
        assert client.eventLoop().inEventLoop();
        unwrittenHead = head(-1);
        armIdle();
        side.whenWritable(this::clientWritable);
        // The request's body may still be on its way, and that is progress too: the upstream may be waiting for it.
        context.request().body().whenMoved(side.guarded(this::requestMoved));
    }

    /** Whether an event stream may begin, which never ends by itself: only without a place. */
    boolean mayBegin() {
        return !eventStream || lasting.begin();
    }

    /** Whether it goes on without a place. */
    boolean isLasting() {
        return lasting.hasBegun();
    }

    @Override
    public boolean goesOn() {
        return source.isPresent();
    }

    @Override
    public long bytes() {
        return relayed;
    }

    @Override
    public void stuck(long millis) {
        cut(
                "connection_limit_reached",
                "the response did not move for " + millis + " ms while others waited for its place");
    }

    /** Writes what {@link #unwrittenHead} and {@link #unwrittenPiece} hold back, as the beginning of a longer response. */
    private void writeBeginning() {
        if (unwrittenHead != null) {
            client.write(unwrittenHead, client.voidPromise());
            unwrittenHead = null;
            if (source.isPresent() && !eventStream) {
                lasting.watch();
            }
            if (unwrittenPiece.isReadable()) {
                write(unwrittenPiece);
                unwrittenPiece = Unpooled.EMPTY_BUFFER;
            }
        }
    }

    private void write(ByteBuf piece) {
        client.write(new DefaultHttpContent(piece), client.voidPromise());
    }

    /** Relays a response whose body is here already. */
    void send(byte[] body) {
        assert client.eventLoop().inEventLoop();
        boolean bodiless = context.request().method().equals("HEAD");
        count(bodiless ? 0 : body.length);
        last(full(head(bodiless ? -1 : body.length), bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body)));
    }

    /** @param length of the body if it may differ from what the upstream announced (a token cut out), else -1 */
    private HttpResponse head(long length) {
        HttpResponse head = ResponseFields.toClient(upstream);
        int status = upstream.status().code();
        String location = head.headers().get(HttpHeaderNames.LOCATION);
        if (location != null && status >= 300 && status < 400) {
            head.headers().set(HttpHeaderNames.LOCATION, Location.toClient(location, route));
        }
        if (route.state().failover().isPresent()) {
            // RFC 9209 section 2.1.2: which of several it came from.
            head.headers().add("proxy-status", "countersign; next-hop=\"" + route.authority() + "\"");
        }
        boolean bodiless = status == 204 || status == 304;
        if (length >= 0) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        } else if (status == 204) {
            head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        } else if (!bodiless && !head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            frame(head);
        }
        side.relaying(head);
        return head;
    }

    /** A body of unknown length: chunked, or for HTTP/1.0 ended by the connection's end (RFC 9112 section 6.3). */
    private void frame(HttpResponse head) {
        if (context.request().http10()) {
            delimitedByClose = true;
            side.closesAtEnd();
            // Until the last byte is out, whatever closes the connection must reset it: an end would look like the end.
            client.config().setOption(ChannelOption.SO_LINGER, 0);
        } else {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    /** Writes a piece; <em>takes</em> it. */
    void content(ByteBuf piece) {
        assert client.eventLoop().inEventLoop();
        count(piece.readableBytes());
        armIdle();
        if (unwrittenHead != null && !unwrittenPiece.isReadable()) {
            unwrittenPiece = piece;
            return;
        }
        writeBeginning();
        write(piece);
        if (!client.isWritable()) {
            client.flush();
            if (!client.isWritable()) {
                source.ifPresent(UpstreamStream::pause);
                armStall();
            }
        }
    }

    /** No more is here for now: what has come goes out at once. */
    void flush() {
        writeBeginning();
        client.flush();
    }

    /** The exchange is over, whichever way: lets go of what was not written. */
    void release() {
        assert client.eventLoop().inEventLoop();
        lasting.release();
        unwrittenHead = null;
        unwrittenPiece.release();
        unwrittenPiece = Unpooled.EMPTY_BUFFER;
    }

    private void clientWritable() {
        if (source.isPresent() && unwrittenHead == null) {
            source.get().resume();
            armIdle();
        }
    }

    private void requestMoved() {
        if (source.isPresent() && client.isWritable()) {
            armIdle();
        }
    }

    private void count(int bytes) {
        relayed += bytes;
        side.relayed(bytes);
    }

    private void armIdle() {
        side.awaitUpstream(
                idle,
                () -> cut(
                        "connection_read_timeout",
                        route.upstream() + " sent nothing for " + idle.toMillis() + " ms within its response"));
    }

    /** While the client takes nothing, its silence counts, not the upstream's. */
    private void armStall() {
        side.awaitClient(
                idle, () -> cut("connection_write_timeout", "the client took nothing for " + idle.toMillis() + " ms"));
    }

    void complete() {
        assert client.eventLoop().inEventLoop();
        // Its pool has it already, and perhaps another exchange.
        source = Optional.empty();
        if (unwrittenHead == null) {
            last(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            LastHttpContent whole = full(unwrittenHead, unwrittenPiece);
            unwrittenHead = null;
            unwrittenPiece = Unpooled.EMPTY_BUFFER;
            last(whole);
        }
    }

    private static FullHttpResponse full(HttpResponse head, ByteBuf body) {
        return new DefaultFullHttpResponse(
                head.protocolVersion(), head.status(), body, head.headers(), EmptyHttpHeaders.INSTANCE);
    }

    private void last(LastHttpContent content) {
        side.awaitNobody();
        ChannelFuture writing = client.writeAndFlush(content);
        writing.addListener(sent -> {
            if (sent.isSuccess() && delimitedByClose) {
                client.config().setOption(ChannelOption.SO_LINGER, -1);
            }
            side.ended(sent.isSuccess());
        });
        if (!writing.isDone()) {
            armStall();
        }
    }

    /** Ends the response so that the client cannot take it for a whole one: no last chunk, too few bytes, or a reset. */
    void cut(String error, String detail) {
        side.brokenOff(error, detail);
        flush();
        side.cut(delimitedByClose);
    }
}
