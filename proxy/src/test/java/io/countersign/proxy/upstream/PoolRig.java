package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A pool whose loop, time and connections are in the test's hands. */
final class PoolRig {
    static final Duration CONNECT = Duration.ofSeconds(3);
    static final Duration IDLE = Duration.ofSeconds(30);
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    final MockTicker ticker = Ticker.newMockTicker();
    final UpstreamPools pools;
    final Deque<Opening> openings = new ArrayDeque<>();
    private final List<EmbeddedChannel> loops = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();

    /** A connection that the test opened, and the stream that was last lent on it. */
    static final class Line implements UpstreamConnection {
        private final UpstreamConnection http;
        private UpstreamStream stream;

        Line(UpstreamConnection http) {
            this.http = http;
        }

        UpstreamStream stream() {
            return stream;
        }

        @Override
        public void addTo(ChannelPipeline pipeline) {
            http.addTo(pipeline);
        }

        @Override
        public Channel channel() {
            return http.channel();
        }

        @Override
        public boolean isClean() {
            return http.isClean();
        }

        @Override
        public UpstreamStream open(Owner owner) {
            stream = http.open(owner);
            return stream;
        }

        @Override
        public void close() {
            http.close();
        }
    }

    /** One exchange that asks. */
    final class Asker {
        final List<Acquired> got = new ArrayList<>();
        Waiter waiter;

        boolean waits() {
            return got.isEmpty();
        }

        Acquired.Got got() {
            assertEquals(1, got.size(), "served once");
            return assertInstanceOf(Acquired.Got.class, got.get(0));
        }

        /** The connection that its stream is on. */
        Line connection() {
            UpstreamStream stream = got().stream();
            return lines.stream()
                    .filter(line -> line.stream.equals(stream))
                    .findAny()
                    .orElseThrow(() -> new AssertionError("its connection has been lent to another since"));
        }

        UpstreamFault fault() {
            assertEquals(1, got.size(), "served once");
            return assertInstanceOf(Acquired.Failed.class, got.get(0)).fault();
        }
    }

    /** Stands for TLS: a close takes until the test lets it happen. */
    static final class SlowClose extends ChannelOutboundHandlerAdapter {
        private Runnable close = () -> {};

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            close = () -> ctx.close(promise);
        }

        void happen() {
            close.run();
        }
    }

    /** Whether a pool has closed its opener. */
    boolean closed;

    PoolRig(PoolLimits limits) {
        pools = new UpstreamPools(limits, () -> 0);
    }

    PoolRig() {
        this(PoolLimits.of(256));
    }

    UpstreamPool pool() {
        EmbeddedChannel home = EmbeddedChannel.builder().ticker(ticker).build();
        loops.add(home);
        return pools.add(home.eventLoop(), new UpstreamPool.Opener() {
            @Override
            public void open(Opening opening) {
                openings.addLast(opening);
            }

            @Override
            public void close() {
                closed = true;
            }
        });
    }

    static Upstream upstream(String host) {
        return new Upstream(ResolverTest.upstream(false, host), Optional.empty());
    }

    static ConnectionTimes times(Duration idle, Duration maxAge) {
        return new ConnectionTimes(CONNECT, idle, maxAge);
    }

    Asker ask(UpstreamPool pool, Upstream upstream) {
        return ask(pool, upstream, times(IDLE, MAX_AGE), Waiter.Wants.ANY);
    }

    Asker ask(UpstreamPool pool, Upstream upstream, ConnectionTimes times, Waiter.Wants wants) {
        Asker asker = new Asker();
        asker.waiter = pool.acquire(upstream, times, wants, asker.got::add);
        return asker;
    }

    /** The oldest attempt succeeds. */
    Line open(SlowClose... below) {
        Opening opening = openings.pollFirst();
        assertTrue(opening != null, "an attempt is under way");
        Line line = line(opening.upstream(), below);
        opening.opened(line);
        return line;
    }

    /** How many attempts have succeeded. */
    int opened() {
        return lines.size();
    }

    Line line(Upstream upstream, SlowClose... below) {
        Line line = new Line(new Http1Connection(upstream));
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast(below);
        line.addTo(channel.pipeline());
        lines.add(line);
        return line;
    }

    /** The oldest attempt fails. */
    void fail(UpstreamFault.Kind kind) {
        Opening opening = openings.pollFirst();
        assertTrue(opening != null, "an attempt is under way");
        opening.failed(new UpstreamFault(kind, "the test says so"));
    }

    /** A whole request and its response, after which the connection is back where it came from. */
    void serve(Line line, String fields) {
        begin(line);
        answer(line, fields);
        run();
    }

    void serve(Line line) {
        serve(line, "");
    }

    static void begin(Line line) {
        line.stream.send(new UpstreamRequest("GET", "/", List.of(), noBody()), new Ignoring());
        ((EmbeddedChannel) line.channel()).releaseOutbound();
    }

    private static RequestBody noBody() {
        return new BodyCollector(UnpooledByteBufAllocator.DEFAULT, null, true, 0).finish(PayloadHash.EMPTY);
    }

    static void answer(Line line, String fields) {
        EmbeddedChannel channel = (EmbeddedChannel) line.channel();
        channel.writeInbound(Unpooled.copiedBuffer(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + fields + "\r\n", StandardCharsets.US_ASCII));
        channel.releaseOutbound();
    }

    /** Lets pass time, and runs what is due. */
    void advance(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        run();
    }

    /** Runs what waits for its turn, on every loop, until nothing does. */
    void run() {
        for (int i = 0; i < 10; i++) {
            for (EmbeddedChannel loop : loops) {
                loop.runPendingTasks();
                loop.runScheduledPendingTasks();
            }
        }
    }

    private static final class Ignoring implements ResponseListener {
        @Override
        public void head(HttpResponse head) {}

        @Override
        public void content(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void pause() {}

        @Override
        public void complete() {}

        @Override
        public void failed(UpstreamFault fault) {}
    }
}
