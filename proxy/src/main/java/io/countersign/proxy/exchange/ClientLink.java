package io.countersign.proxy.exchange;

import io.countersign.proxy.wire.RequestDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;

/**
 * A client's connection as its exchanges use it: read or not, bounded in time, cut. The connection itself keeps which request is
 * whose turn. Confined to the channel's event loop.
 */
final class ClientLink {
    private final Channel channel;
    private final RequestDecoder decoder;
    private final ExchangeTimer timer;
    private final KeepAlive keepAlive;
    private final BooleanSupplier ending;
    private Runnable writable = () -> {};
    private boolean requestComplete = true;

    /** @param ending whether the connection is to end with the next response, however young it is */
    ClientLink(
            Channel channel, RequestDecoder decoder, ExchangeTimer timer, KeepAlive keepAlive, BooleanSupplier ending) {
        this.channel = channel;
        this.decoder = decoder;
        this.timer = timer;
        this.keepAlive = keepAlive;
        this.ending = ending;
    }

    Channel channel() {
        return channel;
    }

    /** Where the client connected to; empty where that is no internet address. */
    Optional<InetSocketAddress> local() {
        return channel.localAddress() instanceof InetSocketAddress address ? Optional.of(address) : Optional.empty();
    }

    ExchangeTimer timer() {
        return timer;
    }

    KeepAlive keepAlive() {
        return keepAlive;
    }

    /** On the loop's ticker. */
    long now() {
        return timer.now();
    }

    /** Whether the connection is to end with the next response. */
    boolean isEnding() {
        return ending.getAsBoolean() || keepAlive.isOver(now());
    }

    void requestBegun() {
        assert isOnLoop();
        requestComplete = false;
    }

    /** A piece of the request's body has come. <em>Borrows</em> it. */
    void came(HttpContent content) {
        assert isOnLoop();
        if (content instanceof LastHttpContent) {
            requestComplete = true;
        }
    }

    /** The request's framing is lost: nothing after it can be read as a request. */
    void requestBroken() {
        assert isOnLoop();
        requestComplete = false;
    }

    /** Whether the whole request of the running exchange has been read. */
    boolean isRequestComplete() {
        return requestComplete;
    }

    /** Takes nothing more from the client until {@link #resumeReading}. */
    void pauseReading() {
        assert isOnLoop();
        channel.config().setAutoRead(false);
    }

    /** Reads on, unless the next request has begun to come and waits for its turn. */
    void resumeReading() {
        assert isOnLoop();
        if (!decoder.isHolding() && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
            decoder.resume();
        }
    }

    /** No request follows on this connection: what has come early goes on as it came, to the next handler. */
    void endHttp() {
        assert isOnLoop();
        channel.pipeline().remove(decoder);
    }

    /** Has {@code then} run when the channel takes more again, until the exchange ends. */
    void whenWritable(Runnable then) {
        assert isOnLoop();
        writable = then;
    }

    /** The channel takes more again. */
    void becameWritable() {
        writable.run();
    }

    /** No exchange uses it any more. */
    void letGo() {
        assert isOnLoop();
        writable = () -> {};
        timer.rest();
    }

    /** It is the client's turn to take what was written; {@code stalled} runs once it has taken nothing for that time. */
    void watchWrites(Duration limit, Runnable stalled) {
        timer.awaitClient(limit, this::unwritten, stalled);
    }

    private long unwritten() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }

    /**
     * Closes at once, so that the client cannot take what it got for a whole response. Past TLS, which would first say that all has
     * been sent: to a response that lasts until the connection closes, that is its end.
     */
    void cut(boolean reset) {
        assert isOnLoop();
        // A write that failed just now has closed it already, though that has not been reported yet.
        if (reset && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.pipeline().firstContext().close();
    }

    /** Whether it is the connection itself that failed; the decoder of TLS wraps what is wrong with the client's records. */
    static boolean isLost(Throwable cause) {
        return cause instanceof IOException
                || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
    }

    boolean isOnLoop() {
        return channel.eventLoop().inEventLoop();
    }
}
