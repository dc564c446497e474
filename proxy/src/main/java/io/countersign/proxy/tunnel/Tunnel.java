package io.countersign.proxy.tunnel;

import io.countersign.proxy.tunnel.TunnelEnd.By;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection and an upstream's that have become one WebSocket: bytes pass both ways as they are.
 *
 * <p>It ends when both sides have ended, or when we leave: because it was idle, or is too old, or the process drains. Then both sides get a
 * close frame with 1001 between two frames, and have {@link #LAST_WORDS} to answer. Confined to the loop that both connections share.
 */
public final class Tunnel {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);

    /** For the answer to a close frame, and for the connection's end after both have closed. */
    static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** A tunnel may lie there for hours: little is to lie in it. */
    private static final WriteBufferWaterMark MARK = new WriteBufferWaterMark(8 * 1024, 16 * 1024);

    private final Channel client;
    private final TunnelLimits limits;
    private final Listener listener;
    private final long began;
    private long movedAt;
    private State state = State.OPEN;
    private Optional<TunnelEnd> end = Optional.empty();
    private Direction up;
    private Direction down;
    private Channel upstream;
    private Future<?> timer;

    private enum State {
        OPEN,
        /** We have said that we go, and wait for the answers. */
        LEAVING,
        /** Both sides have said so, and their connections are to end. */
        PARTING,
        OVER
    }

    /** Hears of the end. */
    public interface Listener {
        /**
         * It is over, and the connections may be closed; once.
         *
         * @param up bytes that were passed to the upstream
         * @param down bytes that were passed to the client
         */
        void ended(TunnelEnd end, long up, long down);
    }

    /** @param client whose loop it runs on */
    public Tunnel(Channel client, TunnelLimits limits, Listener listener) {
        this.client = client;
        this.limits = limits;
        this.listener = listener;
        this.began = now();
        this.movedAt = began;
    }

    /**
     * Bytes pass from now on, those that have come already included.
     *
     * @param toUpstream puts a handler before the upstream's bytes
     * @param toClient puts a handler before the client's bytes, which has been written that it is connected
     */
    public void begin(Consumer<ChannelHandler> toUpstream, Consumer<ChannelHandler> toClient) {
        assert client.eventLoop().inEventLoop();
        toUpstream.accept(new Side(new From(By.UPSTREAM)));
        toClient.accept(new Side(new From(By.CLIENT)));
        up.resume();
        down.resume();
        up.flush();
        down.flush();
        if (timer == null) {
            look();
        }
    }

    /** Ends it, since the process is to end; each side can connect again elsewhere. */
    public void drain() {
        leave("shutting down", "the proxy was shutting down");
    }

    private void leave(String reason, String why) {
        if (state != State.OPEN) {
            return;
        }
        state = State.LEAVING;
        ends(By.PROXY, CloseCodes.GOING_AWAY, why);
        up.close(CloseCodes.GOING_AWAY, reason);
        down.close(CloseCodes.GOING_AWAY, reason);
        wake(LAST_WORDS.toNanos());
        settle();
    }

    /** What comes first says how it ended. */
    private void ends(By by, int code, String why) {
        if (end.isEmpty()) {
            end = Optional.of(new TunnelEnd(by, code, why));
        }
    }

    private void settle() {
        if (state == State.OVER) {
            return;
        }
        boolean over = up.isOver() && down.isOver();
        boolean lost = up.frames().isLost() && down.frames().isLost();
        if ((up.isDelivered() && down.isDelivered()) || (state == State.LEAVING && (over || lost))) {
            finish();
        } else if (state == State.OPEN && over) {
            state = State.PARTING;
            wake(LAST_WORDS.toNanos());
        }
    }

    private void finish() {
        state = State.OVER;
        if (timer != null) {
            timer.cancel(false);
        }
        up.release();
        down.release();
        listener.ended(end.orElseThrow(), up.bytes(), down.bytes());
    }

    private void wake(long nanos) {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = client.eventLoop().schedule(this::look, Math.max(nanos, 0), TimeUnit.NANOSECONDS);
    }

    /** It is time for something, or may be: bytes that pass don't arm a timer anew. */
    private void look() {
        if (state == State.LEAVING || state == State.PARTING) {
            finish();
        }
        if (state != State.OPEN) {
            return;
        }
        long now = now();
        long idle = limits.idle().toNanos() - (now - movedAt);
        long age = limits.maxAge().toNanos() - (now - began);
        if (age <= 0) {
            leave("open for too long", "open for " + limits.maxAge().toMillis() + " ms (timeouts.websocket-max-age)");
        } else if (idle <= 0) {
            leave("idle", "no byte passed for " + limits.idle().toMillis() + " ms (timeouts.websocket-idle)");
        } else {
            wake(Math.min(idle, age));
        }
    }

    private long now() {
        return client.eventLoop().ticker().nanoTime();
    }

    /** What happens on one of the connections. */
    private final class From implements Side.Events {
        private final By who;

        From(By who) {
            this.who = who;
        }

        private Direction mine() {
            return who == By.CLIENT ? up : down;
        }

        private Direction toMe() {
            return who == By.CLIENT ? down : up;
        }

        @Override
        public void attached(Channel channel) {
            channel.config().setWriteBufferWaterMark(MARK);
            if (who == By.UPSTREAM) {
                upstream = channel;
                upstream.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                up = new Direction(client, upstream, true);
                down = new Direction(upstream, client, false);
            }
        }

        @Override
        public void came(ByteBuf piece) {
            if (state == State.OVER) {
                piece.release();
                return;
            }
            movedAt = now();
            mine().came(piece);
            if (mine().frames().sawClose()) {
                ends(who, mine().frames().closeCode(), "");
            }
            settle();
        }

        @Override
        public void pause() {
            if (state != State.OVER) {
                mine().flush();
            }
        }

        @Override
        public void writable() {
            if (state != State.OVER) {
                movedAt = now();
                toMe().resume();
            }
        }

        @Override
        public void inputEnded() {
            if (state != State.OVER) {
                movedAt = now();
                ends(who, CloseCodes.ABNORMAL, "the " + who.label() + " ended the connection without a close frame");
                mine().end(Tunnel.this::settle);
                settle();
            }
        }

        /** A client that is gone takes its exchange with it; what an upstream said before it went, the client still gets. */
        @Override
        public void closed() {
            if (state == State.OVER) {
                return;
            }
            ends(who, CloseCodes.ABNORMAL, "the " + who.label() + " broke the connection");
            if (who == By.CLIENT) {
                finish();
                return;
            }
            toMe().abandon();
            mine().end(Tunnel.this::settle);
            if (state == State.OPEN) {
                state = State.PARTING;
                wake(LAST_WORDS.toNanos());
            }
            settle();
        }

        @Override
        public void broke(Throwable cause) {
            if (!(cause instanceof IOException) && !(cause.getCause() instanceof IOException)) {
                LOG.error("a fault of the proxy's own in a WebSocket, at the {}'s side", who.label(), cause);
            }
            var unused = (who == By.CLIENT ? client : upstream).close();
        }

        @Override
        public void draining() {
            drain();
        }

        /** Nobody waits any more. */
        @Override
        public void ending() {
            drain();
            if (state != State.OVER) {
                finish();
            }
        }
    }
}
