package io.countersign.proxy.telemetry;

import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.fields.RequestFields;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.net.TlsThreads;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.signing.UnsignedRequest;
import io.countersign.proxy.signing.WireTarget;
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
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private final Signers signers = new Signers();
    private final Via via = new Via("countersign-telemetry");
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
        PushCall call = new PushCall(outcome);
        ScheduledFuture<?> timer = loop.schedule(
                () -> call.end("no response within " + DEADLINE.toSeconds() + " s"),
                DEADLINE.toMillis(),
                TimeUnit.MILLISECONDS);
        outcome.whenComplete((done, none) -> timer.cancel(false));
        try {
            Waiter waiter = pool.acquire(
                    route.upstream(),
                    route.times().connection(),
                    Waiter.Wants.ANY,
                    acquired -> acquired(acquired, route, path, body, call));
            outcome.whenComplete((done, none) -> loop.execute(waiter::cancel));
        } catch (RuntimeException e) {
            call.end("a fault of our own: " + e);
        }
    }

    private void acquired(Acquired acquired, Route route, String path, byte[] body, PushCall call) {
        if (acquired instanceof Acquired.Failed failed) {
            call.end(failed.fault().detail());
            return;
        }
        Acquired.Got got = (Acquired.Got) acquired;
        Optional<UpstreamRequest> request = request(route, path, body, call);
        if (request.isEmpty()) {
            got.stream().giveBack();
            return;
        }
        call.on(got.stream());
        got.stream().send(request.get(), call);
    }

    /** Empty, and the call ended, where there is nothing to sign with. */
    private Optional<UpstreamRequest> request(Route route, String path, byte[] bytes, PushCall call) {
        CollectedBody body = body(bytes);
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/x-protobuf")
                .set(HttpHeaderNames.USER_AGENT, "countersign");
        List<Header> fields = new ArrayList<>();
        fields.add(new Header("Host", route.upstream().authority()));
        fields.addAll(RequestFields.toUpstream(head, route.config(), via));
        fields.add(new Header("Content-Length", String.valueOf(bytes.length)));
        boolean objectPath = route.signing()
                .filter(signing -> signing.form().context().pathStyle().equals(PathStyle.S3))
                .isPresent();
        WireTarget target =
                WireTarget.of(path, null, "", route.upstream().config().basePath(), objectPath);
        if (route.signing().isPresent()) {
            Route.Signing signing = route.signing().get();
            if (!(signing.credentials().current() instanceof Credentials.Usable usable)) {
                call.end("there are no credentials " + signing.credentials().name());
                return Optional.empty();
            }
            List<Header> signed = new ArrayList<>(List.of(fields.get(0)));
            RequestFields.addSigned(fields, route.config(), signed);
            SignatureForm.Signature made = signing.form()
                    .sign(
                            signers,
                            new UnsignedRequest("POST", target, signed, body.hash()),
                            usable.value(),
                            signing.clock().now());
            target = made.target();
            fields.addAll(made.fields());
        }
        return Optional.of(new UpstreamRequest("POST", target.text(), fields, body));
    }

    /** Not pooled, so that nobody has to let go of it. */
    private static CollectedBody body(byte[] bytes) {
        BodyCollector collector =
                new BodyCollector(UnpooledByteBufAllocator.DEFAULT, new PayloadHash(), true, bytes.length);
        collector.add(Unpooled.wrappedBuffer(bytes));
        return collector.finish(PayloadHash.EMPTY);
    }

    @Override
    public void close() {
        pool.close();
        resolver.close();
        tlsThreads.close();
    }
}
