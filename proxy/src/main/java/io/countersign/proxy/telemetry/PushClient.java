package io.countersign.proxy.telemetry;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.net.TlsThreads;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.Connector;
import io.countersign.proxy.upstream.NamesConfig;
import io.countersign.proxy.upstream.PoolLimits;
import io.countersign.proxy.upstream.Resolver;
import io.countersign.proxy.upstream.UpstreamPool;
import io.countersign.proxy.upstream.UpstreamPools;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.Waiter;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends a body by a route: to its upstream, with its fields and its signature, on an event loop of the proxy's, over connections that requests of
 * callers do not use. It takes no place in flight and no budget, and no observer hears of it.
 */
final class PushClient implements AutoCloseable {
    /** From the wish for a connection to the end of the response. */
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private final EventLoop loop;
    private final Resolver resolver;
    private final TlsThreads tlsThreads = new TlsThreads("countersign-tls");
    private final PushRequests requests = new PushRequests();
    private final UpstreamPool pool;

    PushClient(EventLoop loop, NamesConfig names) {
        this.loop = loop;
        this.resolver = Resolver.of(names);
        this.pool = new UpstreamPools(PoolLimits.of(4))
                .add(loop, new Connector(loop, resolver, tlsThreads, Http1Connection::new));
    }

    /** Returns at once; what it comes to is empty for a success, else says why there was none. Ends within the deadline. */
    CompletableFuture<Optional<String>> send(Route route, String path, byte[] body) {
        CompletableFuture<Optional<String>> outcome = new CompletableFuture<>();
        loop.execute(() -> begin(route, path, body, outcome));
        return outcome;
    }

    private void begin(Route route, String path, byte[] body, CompletableFuture<Optional<String>> outcome) {
        PushCall call = new PushCall(new PushWays(route), outcome);
        ScheduledFuture<?> timer = loop.schedule(
                () -> call.outOfTime("no response within " + DEADLINE.toSeconds() + " s"),
                DEADLINE.toMillis(),
                TimeUnit.MILLISECONDS);
        outcome.whenComplete((done, none) -> timer.cancel(false));
        Push push = new Push(path, body, call);
        push.to(call.ways().first(), "each of the route's upstreams has failed lately");
    }

    /** One push on its way to one upstream, or on to the next. Confined to the loop. */
    private final class Push {
        private final String path;
        private final byte[] body;
        private final PushCall call;

        Push(String path, byte[] body, PushCall call) {
            this.path = path;
            this.body = body;
            this.call = call;
        }

        /** @param none why there is no way where there is none */
        void to(Optional<Route> way, String none) {
            if (call.isOver()) {
                return;
            }
            if (way.isEmpty()) {
                call.end(none);
                return;
            }
            Route route = way.get();
            Optional<Credentials.Usable> keys = keys(route);
            if (route.signing().isPresent() && keys.isEmpty()) {
                to(
                        call.ways().withoutCredentials(),
                        "there are no credentials "
                                + route.signing().get().credentials().name());
                return;
            }
            try {
                Waiter waiter = pool.acquire(
                        route.upstream(),
                        route.times().connection(),
                        call.ways().wanted(),
                        acquired -> acquired(acquired, route, keys));
                call.waits(() -> loop.execute(waiter::cancel));
            } catch (RuntimeException e) {
                call.end("a fault of our own: " + e);
            }
        }

        private void acquired(Acquired acquired, Route route, Optional<Credentials.Usable> keys) {
            if (acquired instanceof Acquired.Failed failed) {
                if (!call.isOver()) {
                    to(call.ways().afterFault(failed.fault()), failed.fault().detail());
                }
                return;
            }
            Acquired.Got got = (Acquired.Got) acquired;
            UpstreamRequest request;
            try {
                request = requests.of(route, keys, path, body);
            } catch (RuntimeException e) {
                got.stream().giveBack();
                call.end("a fault of our own: " + e);
                return;
            }
            if (call.takes(got)) {
                got.stream().send(request, call);
            }
        }
    }

    private static Optional<Credentials.Usable> keys(Route route) {
        return route.signing()
                .map(signing -> signing.credentials().current())
                .map(current -> current instanceof Credentials.Usable usable ? usable : null);
    }

    @Override
    public void close() {
        pool.close();
        resolver.close();
        tlsThreads.close();
    }
}
