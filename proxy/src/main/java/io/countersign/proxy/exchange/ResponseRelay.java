package io.countersign.proxy.exchange;

import io.countersign.proxy.fields.Location;
import io.countersign.proxy.fields.ResponseFields;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Streams a response to the client. The client's socket drives it: while that takes no more, the upstream is not read, so what
 * lies between them is bounded by two watermarks.
 */
final class ResponseRelay {
    /** Between these a response that lasts waits for its client. */
    static final WriteBufferWaterMark LASTING = new WriteBufferWaterMark(8 * 1024, 16 * 1024);

    private final Exchange exchange;
    private UpstreamConnection source;
    private final Route route;
    private final HttpResponse upstream;
    private final Channel client;
    private final Duration idle;
    private final boolean eventStream;
    private final long shortNanos;
    private Future<?> lasting;
    private WriteBufferWaterMark usualMark;
    private long relayedBefore;
    private boolean delimitedByClose;

    /** What has come but is not written yet: most responses are one read, and then go out as one write of one buffer. */
    private HttpResponse unwrittenHead;

    private ByteBuf unwrittenPiece = Unpooled.EMPTY_BUFFER;

    /** @param source where the body comes from; null when it is here already */
    ResponseRelay(Exchange exchange, UpstreamConnection source, Route route, HttpResponse upstream) {
        this.exchange = exchange;
        this.source = source;
        this.route = route;
        this.upstream = upstream;
        this.client = exchange.channel();
        String type = upstream.headers().get(HttpHeaderNames.CONTENT_TYPE);
        this.eventStream = type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
        this.shortNanos = route.config().times().await().toNanos() / 2;
        this.idle = eventStream
                ? route.config().times().eventStreamIdle()
                : route.config().times().responseIdle();
    }

    void begin() {
        unwrittenHead = head(-1);
        armIdle();
    }

    /** Whether an event stream may begin, which never ends by itself: only without a place. */
    boolean mayBegin() {
        return !eventStream || lasts();
    }

    /**
     * A place is for requests and their responses, not for streams that last: whoever waits for one does not wait for the end of an
     * event stream, or for a client that takes its response little by little. Such responses are counted by themselves, and
     * hold less.
     */
    private boolean lasts() {
        if (!exchange.leavePlaceLasting()) {
            return false;
        }
        usualMark = client.config().getWriteBufferWaterMark();
        client.config().setWriteBufferWaterMark(LASTING);
        return true;
    }

    /** Whether it goes on without a place. */
    boolean isLasting() {
        return usualMark != null;
    }

    private void watchLasting() {
        lasting = client.eventLoop().schedule(exchange.guarded(this::outlasts), shortNanos, TimeUnit.NANOSECONDS);
    }

    /** Where too many last already, it keeps its place for as long as it moves. */
    private void outlasts() {
        if (source == null || lasts()) {
            return;
        }
        if (exchange.isPlaceWanted() && relayedBefore == exchange.journal().responseBytes) {
            cut(
                    "connection_limit_reached",
                    "the response did not move for " + TimeUnit.NANOSECONDS.toMillis(shortNanos)
                            + " ms while others waited for its place");
        } else {
            relayedBefore = exchange.journal().responseBytes;
            watchLasting();
        }
    }

    /** Writes what {@link #unwrittenHead} and {@link #unwrittenPiece} hold back, as the beginning of a longer response. */
    private void writeBeginning() {
        if (unwrittenHead != null) {
            client.write(unwrittenHead, client.voidPromise());
            unwrittenHead = null;
            if (source != null && !eventStream) {
                watchLasting();
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
    void whole(byte[] body) {
        boolean bodiless = exchange.journal().method.equals("HEAD");
        exchange.journal().responseBytes = bodiless ? 0 : body.length;
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
        boolean bodiless = status == 204 || status == 304;
        if (length >= 0) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
        } else if (status == 204) {
            head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        } else if (!bodiless && !head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            frame(head);
        }
        exchange.allowOrigin(head.headers());
        exchange.persist(head.headers());
        exchange.journal().status = status;
        return head;
    }

    /** A body of unknown length: chunked, or for HTTP/1.0 ended by the connection's end (RFC 9112 section 6.3). */
    private void frame(HttpResponse head) {
        if (exchange.isHttp10()) {
            delimitedByClose = true;
            exchange.mustClose();
            // Until the last octet is out, whatever closes the connection must reset it: an end would look like the
            // end.
            client.config().setOption(ChannelOption.SO_LINGER, 0);
        } else {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    /** Writes a piece; <em>takes</em> it. */
    void content(ByteBuf piece) {
        exchange.journal().responseBytes += piece.readableBytes();
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
                source.read(false);
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
        if (lasting != null) {
            lasting.cancel(false);
        }
        if (usualMark != null) {
            client.config().setWriteBufferWaterMark(usualMark);
        }
        unwrittenHead = null;
        unwrittenPiece.release();
        unwrittenPiece = Unpooled.EMPTY_BUFFER;
    }

    void clientWritabilityChanged() {
        if (client.isWritable() && source != null && unwrittenHead == null) {
            source.read(true);
            armIdle();
        }
    }

    /** The request's body is still on its way: the upstream may be waiting for it. */
    void requestMoved() {
        if (source != null && client.isWritable()) {
            armIdle();
        }
    }

    private void armIdle() {
        exchange.client()
                .deadline()
                .arm(
                        idle.toNanos(),
                        () -> cut(
                                "connection_read_timeout",
                                route.upstream() + " sent nothing for " + idle.toMillis() + " ms within its response"));
    }

    /** While the client takes nothing, its silence counts, not the upstream's. */
    private void armStall() {
        exchange.client()
                .watchWrites(
                        idle,
                        () -> cut(
                                "connection_write_timeout", "the client took nothing for " + idle.toMillis() + " ms"));
    }

    void complete() {
        // Its pool has it already, and perhaps another exchange.
        source = null;
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
        exchange.client().deadline().disarm();
        ChannelFuture writing = client.writeAndFlush(content);
        writing.addListener(sent -> {
            exchange.journal().complete = sent.isSuccess();
            if (sent.isSuccess() && delimitedByClose) {
                client.config().setOption(ChannelOption.SO_LINGER, -1);
            }
            exchange.finish();
        });
        if (!writing.isDone()) {
            armStall();
        }
    }

    /** Ends the response so that the client cannot take it for a whole one: no last chunk, too few octets, or a reset. */
    void cut(String error, String detail) {
        exchange.journal().error = error;
        exchange.journal().detail = detail;
        flush();
        exchange.client().cut(delimitedByClose);
    }
}
