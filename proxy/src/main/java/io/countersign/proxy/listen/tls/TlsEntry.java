package io.countersign.proxy.listen.tls;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.limit.Seat;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;

/**
 * The beginning of a connection to a TLS listener: looks at its first byte, puts {@code tls} before itself, and makes way for
 * HTTP once the handshake is done. Until then it owns the connection's one deadline. Confined to the channel's loop.
 *
 * <p>An engine is made only once a client has begun, so that a silent connection costs no more than without TLS. Whatever goes wrong
 * closes the socket itself, past TLS, whose own end would wait for a handshake that is still being computed.
 */
public final class TlsEntry extends ChannelInboundHandlerAdapter {
    private static final String TLS = "tls";

    /** Content type of a record that has a handshake in it, as each first one does (RFC 8446 section 5.1). */
    private static final int HANDSHAKE = 22;

    private final TlsGate gate;
    private final Caller caller;
    private final Seat seat;
    private final Duration limit;
    private final Next next;

    private Future<?> deadline;
    private Optional<Seat> pending = Optional.empty();
    private Optional<ServerTls> begunWith = Optional.empty();
    private boolean over;

    /** What follows. */
    public interface Next {
        /** TLS is there: adds what reads HTTP. */
        void secured(ChannelPipeline pipeline, TlsClient client);

        /** The client speaks plain HTTP: adds what tells it so. */
        void plain(ChannelPipeline pipeline);
    }

    /**
     * Creates the handler of one accepted connection.
     *
     * @param seat the connection's place, which it may have to give away
     * @param limit from accept until TLS is there
     */
    public TlsEntry(TlsGate gate, Caller caller, Seat seat, Duration limit, Next next) {
        this.gate = gate;
        this.caller = caller;
        this.seat = seat;
        this.limit = limit;
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        seat.whenTaken(() -> fail(ctx, TlsFailure.GAVE_WAY, null));
        deadline = ctx.executor()
                .schedule(() -> fail(ctx, TlsFailure.TIMEOUT, null), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.cancel(false);
    }

    /** Of the client, until TLS takes what comes. <em>Takes</em> it. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (over || isBegun() || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
        } else if (!bytes.isReadable()) {
            bytes.release();
        } else if (bytes.getByte(bytes.readerIndex()) == HANDSHAKE) {
            begin(ctx, bytes);
        } else {
            byte first = bytes.getByte(bytes.readerIndex());
            bytes.release();
            notTls(ctx, first);
        }
    }

    private void begin(ChannelHandlerContext ctx, ByteBuf bytes) throws Exception {
        ServerTls server = gate.tls();
        begunWith = Optional.of(server);
        pending = gate.handshakes().begin(ctx.channel(), caller.origin());
        if (pending.isEmpty()) {
            bytes.release();
            fail(ctx, TlsFailure.GAVE_WAY, null);
            return;
        }
        pending.get().whenTaken(() -> fail(ctx, TlsFailure.GAVE_WAY, null));
        SslHandler tls = server.handler(gate.handshakes().of(ctx.channel()));
        ctx.pipeline().addBefore(ctx.name(), TLS, tls);
        // What comes later goes through it by itself.
        ((ChannelInboundHandler) tls).channelRead(ctx.pipeline().context(tls), bytes);
    }

    /** A method in capital letters begins every request of HTTP. */
    private void notTls(ChannelHandlerContext ctx, byte first) {
        if (first < 'A' || first > 'Z') {
            fail(ctx, TlsFailure.BROKEN, null);
            return;
        }
        end();
        gate.failed(caller, TlsFailure.PLAIN_HTTP, null, now(ctx));
        seat.whenTaken(() -> cut(ctx));
        ChannelPipeline pipeline = ctx.pipeline();
        next.plain(pipeline);
        pipeline.remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                secured(ctx);
            } else {
                failAfterAlert(ctx, handshake.cause());
            }
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            closedByClient(ctx);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void secured(ChannelHandlerContext ctx) {
        if (over) {
            return;
        }
        if (pending.isPresent() && !gate.handshakes().end(pending.get())) {
            fail(ctx, TlsFailure.GAVE_WAY, null);
            return;
        }
        SSLEngine engine = ctx.pipeline().get(SslHandler.class).engine();
        TlsClient client;
        try {
            client = begunWith.orElseThrow().client(engine.getSession());
        } catch (CertificateParsingException e) {
            fail(ctx, TlsFailure.UNTRUSTED, e);
            return;
        }
        end();
        if (engine.getSession().getProtocol().equals("TLSv1.2")) {
            // No second handshake on the connection, which would cost us more than the client and could change who it
            // is: without
            // suites there is none. TLS 1.3 has none anyway.
            engine.setEnabledCipherSuites(new String[0]);
        }
        ChannelPipeline pipeline = ctx.pipeline();
        next.secured(pipeline, client);
        pipeline.remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (isBegun()) {
            count(ctx, TlsFailure.CLOSED, null);
        }
        end();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failAfterAlert(ctx, cause);
    }

    /** Before a first byte it may be a load balancer that looks whether the port is open. */
    private void closedByClient(ChannelHandlerContext ctx) {
        if (isBegun()) {
            fail(ctx, TlsFailure.CLOSED, null);
        } else {
            end();
            cut(ctx);
        }
    }

    /** TLS writes the alert that says why once it has reported the failure; then the connection ends. */
    private void failAfterAlert(ChannelHandlerContext ctx, Throwable cause) {
        count(ctx, Diagnosis.of(cause), cause);
        end();
        ctx.executor().execute(() -> cut(ctx));
    }

    private void fail(ChannelHandlerContext ctx, TlsFailure why, Throwable cause) {
        count(ctx, why, cause);
        end();
        cut(ctx);
    }

    private void count(ChannelHandlerContext ctx, TlsFailure why, Throwable cause) {
        if (!over && (isBegun() || (why != TlsFailure.TIMEOUT && why != TlsFailure.GAVE_WAY))) {
            gate.failed(caller, why, cause, now(ctx));
        }
    }

    private boolean isBegun() {
        return begunWith.isPresent();
    }

    private void end() {
        over = true;
        deadline.cancel(false);
    }

    private static void cut(ChannelHandlerContext ctx) {
        ChannelHandlerContext first = ctx.pipeline().firstContext();
        if (first != null) {
            first.close();
        } else {
            ctx.channel().close();
        }
    }

    private static long now(ChannelHandlerContext ctx) {
        return ctx.channel().eventLoop().ticker().nanoTime();
    }
}
