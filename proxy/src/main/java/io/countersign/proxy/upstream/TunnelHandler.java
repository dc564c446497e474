package io.countersign.proxy.upstream;

import io.countersign.proxy.egress.TunnelRequest;
import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.ResponseDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.CharBuffer;
import java.util.function.Consumer;

/**
 * Asks an egress proxy for a tunnel, once the connection to it stands, and then gives its place to the handlers of the upstream.
 *
 * <p>The response is read by the decoder that reads the upstreams' responses, as strictly and within bounds. Whatever follows its
 * head has come through the tunnel, and goes to the handlers after it: TLS judges that. Confined to its channel's event loop.
 */
final class TunnelHandler extends ChannelInboundHandlerAdapter {
    private static final Limits HEAD = new Limits(1024, 8 * 1024, 64, 0);
    private static final int MAX_INTERIM = 4;

    private static final String DECODER = "tunnel-decoder";
    private static final String TUNNEL = "tunnel";

    private final TunnelRequest request;
    private final Consumer<ChannelPipeline> upstream;
    private Promise<Void> opened;
    private int interim;

    /**
     * Makes one.
     *
     * @param upstream adds the handlers that speak through the tunnel
     */
    TunnelHandler(TunnelRequest request, Consumer<ChannelPipeline> upstream) {
        this.request = request;
        this.upstream = upstream;
    }

    /** The proxy has not opened the tunnel; the message says why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        private final UpstreamFault.Kind kind;

        RefusedException(UpstreamFault.Kind kind, String message) {
            super(message, null, false, false);
            this.kind = kind;
        }

        UpstreamFault.Kind kind() {
            return kind;
        }
    }

    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(DECODER, new ResponseDecoder(HEAD));
        pipeline.addLast(TUNNEL, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        opened = ctx.executor().newPromise();
    }

    /** Sends the request, over a connection that stands; the result is a {@link RefusedException}, or the connection's own failure. */
    Future<Void> open(ChannelPipeline pipeline) {
        ChannelHandlerContext ctx = pipeline.context(this);
        if (ctx == null) {
            // The connection was closed before it got here.
            opened.tryFailure(closed());
            return opened;
        }
        ctx.writeAndFlush(ByteBufUtil.encodeString(ctx.alloc(), CharBuffer.wrap(request.text()), CharsetUtil.US_ASCII))
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        opened.tryFailure(sent.cause());
                    }
                });
        return opened;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (opened.isDone()) {
            pass(ctx, message);
            return;
        }
        try {
            if (message instanceof HttpResponse head) {
                head(ctx, head);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** Of a proxy that refuses, the rest is of no use; of one that has opened the tunnel, its bytes are the upstream's. */
    private void pass(ChannelHandlerContext ctx, Object message) {
        if (opened.isSuccess() && message instanceof ByteBuf) {
            ctx.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(ChannelHandlerContext ctx, HttpResponse head) {
        int status = head.status().code();
        if (head.decoderResult().isFailure()) {
            refuse(
                    UpstreamFault.Kind.EGRESS_REFUSED,
                    "the proxy did not answer in HTTP/1.1 ("
                            + head.decoderResult().cause().getMessage()
                            + "): check that its address is that of a proxy, and whether it is http or https");
        } else if (status < 200) {
            if (++interim > MAX_INTERIM || status == 101) {
                refuse(
                        UpstreamFault.Kind.EGRESS_REFUSED,
                        "the proxy sent interim responses and no tunnel (" + status + ")");
            }
        } else if (TunnelRequest.isOpenedBy(status)) {
            established(ctx);
        } else {
            TunnelRequest.Refusal refusal =
                    request.refusal(status, head.headers().getAll(HttpHeaderNames.PROXY_AUTHENTICATE));
            refuse(
                    switch (refusal.kind()) {
                        case LOGIN -> UpstreamFault.Kind.EGRESS_LOGIN;
                        case REFUSED -> UpstreamFault.Kind.EGRESS_REFUSED;
                    },
                    refusal.words());
        }
    }

    /**
     * What the decoder has read beyond the head it hands on when it is removed, to this handler, which passes it on. That stays for
     * the rest of the turn, since the decoder may have one more message at hand, the end of a body that is not there.
     */
    private void established(ChannelHandlerContext ctx) {
        ChannelPipeline pipeline = ctx.pipeline();
        upstream.accept(pipeline);
        opened.trySuccess(null);
        pipeline.remove(DECODER);
        ctx.executor().execute(() -> {
            if (!ctx.isRemoved()) {
                pipeline.remove(this);
            }
        });
    }

    private void refuse(UpstreamFault.Kind kind, String why) {
        opened.tryFailure(new RefusedException(kind, why));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        opened.tryFailure(closed());
        ctx.fireChannelInactive();
    }

    private RefusedException closed() {
        return new RefusedException(
                UpstreamFault.Kind.EGRESS_REFUSED,
                "the proxy closed the connection when it was asked for a tunnel to " + request.to()
                        + ": see its log, and check that it permits this machine, and whether its URL is http or https");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        opened.tryFailure(cause);
        ctx.close();
    }
}
