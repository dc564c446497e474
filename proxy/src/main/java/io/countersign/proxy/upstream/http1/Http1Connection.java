package io.countersign.proxy.upstream.http1;

import io.countersign.proxy.upstream.ClientCertificates;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.proxy.upstream.UpstreamConnection;
import io.countersign.proxy.upstream.UpstreamStream;
import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.ResponseDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 connection to an upstream: one {@link Http1Stream} after the other.
 *
 * <p>It is read from all the time, idle or not: so an upstream that closes, or speaks unasked, is noticed before the next
 * request is given to it. Only a stream whose listener cannot keep up stops the reading. Confined to its channel's event loop.
 */
public final class Http1Connection extends ChannelInboundHandlerAdapter implements UpstreamConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);
    private static final Limits HEAD = new Limits(4 * 1024, 32 * 1024, 256, Long.MAX_VALUE);

    static final String DECODER = "http-response-decoder";
    static final String CONNECTION = "upstream-connection";
    static final String SWITCHED = "switched-protocol";

    private final Upstream upstream;
    private final ResponseDecoder decoder = new ResponseDecoder(HEAD);
    private Channel channel;

    /** The latest; null before the first. */
    private Http1Stream stream;

    private boolean closeNotified;
    private boolean closing;

    public Http1Connection(Upstream upstream) {
        this.upstream = upstream;
    }

    /** Requests are written as bytes, by {@link RequestHead}: no encoder stands between what is signed and what is sent. */
    @Override
    public void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(DECODER, decoder);
        pipeline.addLast(CONNECTION, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public boolean isClean() {
        return !closing && !isRunning() && channel.isActive() && decoder.leftOver() == 0;
    }

    private boolean isRunning() {
        return stream != null && stream.isRunning();
    }

    @Override
    public UpstreamStream open(Owner owner) {
        assert channel.eventLoop().inEventLoop();
        stream = new Http1Stream(channel, decoder, upstream, owner);
        return stream;
    }

    @Override
    public void close() {
        closing = true;
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (stream == null || !stream.awaitsMore()) {
            // An idle connection that speaks cannot be trusted with a request: its words might be taken for the
            // response.
            ReferenceCountUtil.release(message);
            close();
            return;
        }
        if (message instanceof HttpResponse head && !stream.head(head)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (stream.isSwitching() && message instanceof LastHttpContent) {
            stream.handOver(this::handOver);
        } else if (message instanceof HttpContent content) {
            // Where the connection's end is the response's own, TLS has to say so (RFC 9112 section 9.8).
            stream.content(content, closeNotified || !upstream.config().tls());
        }
    }

    /** HTTP is over on this connection: what has come behind the head is the first that the reader gets. */
    private void handOver(ChannelHandler reader) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(SWITCHED, reader);
        pipeline.remove(this);
        pipeline.remove(decoder);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (isRunning()) {
            stream.readComplete();
        } else if (decoder.leftOver() > 0) {
            close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable() && isRunning()) {
            stream.writable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent end) {
            // Nothing can follow.
            closeNotified = end.isSuccess();
            close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (isRunning()) {
            stream.closed();
        }
        ctx.fireChannelInactive();
    }

    /**
     * The upstream takes no more, and yet may have answered: what it refuses without reading it, it responds to, closes, and
     * its system resets the connection. The response is in the receive queue then, and is read; without one, the connection's end is
     * what follows.
     */
    private boolean mayHaveAnswered(Throwable cause) {
        return cause instanceof IOException
                && isRunning()
                && channel.isActive()
                && Http1Stream.isOutputShutdown(channel);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (mayHaveAnswered(cause)) {
            stream.stopSending();
            return;
        }
        // A failed handshake comes wrapped by the decoder.
        if (!(cause instanceof IOException) && !(cause.getCause() instanceof IOException)) {
            LOG.error("upstream {}: a fault of the proxy's own", upstream, cause);
        }
        if (isRunning()) {
            stream.truncated(ClientCertificates.refusal(upstream, cause)
                    .orElse("broke the connection (" + cause.getClass().getSimpleName() + ")"));
        }
        close();
    }
}
