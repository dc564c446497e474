package io.countersign.proxy.upstream.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.body.StreamedBody;
import io.countersign.proxy.net.TlsThreads;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.Connector;
import io.countersign.proxy.upstream.PoolLimits;
import io.countersign.proxy.upstream.Resolver;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamPool;
import io.countersign.proxy.upstream.UpstreamPools;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.UpstreamStream;
import io.countersign.proxy.upstream.Upstreams;
import io.countersign.proxy.upstream.Waiter;
import io.countersign.testing.Await;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What happens between the loop's turns is forced here: the test's code runs on the loop itself. */
class Http1ConnectionTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private final ResponseListener listener = new ResponseListener() {
        @Override
        public void head(HttpResponse head) {
            heard.add("head " + head.status().code());
        }

        @Override
        public void content(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void pause() {}

        @Override
        public void complete() {
            heard.add("complete");
        }

        @Override
        public void failed(UpstreamFault fault) {
            heard.add(fault.kind().name());
        }
    };

    private final StreamedBody.Feed feed = new StreamedBody.Feed() {
        @Override
        public void wanted() {}

        @Override
        public void moved() {}

        @Override
        public void sent() {}
    };

    private static final int MAX_TRIES = 100;

    /** The reset is here, but the loop has not had its turn to see it when the request is given to the connection. */
    @Test
    void saysThatAHeadHasNotGoneWhichCouldNotBeWritten() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        EventLoop loop = group.next();
        try (FakeUpstream upstream = FakeUpstream.http();
                Resolver resolver = new Resolver();
                TlsThreads tlsThreads = new TlsThreads("countersign-tls")) {
            UpstreamPool pool = new UpstreamPools(PoolLimits.of(8))
                    .add(loop, new Connector(loop, resolver, tlsThreads, Http1Connection::new));
            RouteConfig route = config(upstream.url());
            Upstream to = new Upstreams().prepare(route.upstream());
            boolean gone = true;
            // A reset takes its way through the system: on a busy machine the first write may come before it.
            for (int i = 0; i < MAX_TRIES && gone; i++) {
                int before = upstream.connections().size();
                CompletableFuture<UpstreamStream> acquired = new CompletableFuture<>();
                loop.execute(() -> pool.acquire(
                        to,
                        route.delivery().timeouts().connection(),
                        Waiter.Wants.FRESH,
                        result -> acquired.complete(((Acquired.Got) result).stream())));
                UpstreamStream stream = acquired.get(30, TimeUnit.SECONDS);
                Await.until("the upstream has it", () -> upstream.connections().size() > before);
                gone = loop.submit(() -> {
                            upstream.connections().get(before).reset();
                            return stream.send(new UpstreamRequest("PUT", "/", List.of(), body()), listener);
                        })
                        .get(30, TimeUnit.SECONDS);
                int times = i + 1;
                Await.until("its listener has heard", () -> heard.size() == times);
                assertEquals("CONNECTION_TERMINATED", heard.get(i));
            }
            assertFalse(gone, "nothing of it has gone");
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }

    private RequestBody body() {
        return StreamedBody.unchecked(5, "UNSIGNED-PAYLOAD", feed);
    }

    private static RouteConfig config(String url) {
        LoadResult loaded = HoconSource.text(
                        "countersign.routes.main { upstream = \"" + url
                                + "\", service = execute-api, region = us-east-1 }",
                        Path.of("").toAbsolutePath(),
                        Map.of())
                .load();
        assertTrue(loaded instanceof LoadResult.Loaded, loaded::toString);
        return ((LoadResult.Loaded) loaded).config().routes().get(0);
    }
}
