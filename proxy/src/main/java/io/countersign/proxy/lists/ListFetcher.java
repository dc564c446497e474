package io.countersign.proxy.lists;

import io.countersign.proxy.access.RemoteList;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.net.TlsThreads;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.signing.UnsignedRequest;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.ConnectionTimes;
import io.countersign.proxy.upstream.Connector;
import io.countersign.proxy.upstream.PoolLimits;
import io.countersign.proxy.upstream.Resolver;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.proxy.upstream.UpstreamPool;
import io.countersign.proxy.upstream.UpstreamPools;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.Upstreams;
import io.countersign.proxy.upstream.Waiter;
import io.countersign.proxy.upstream.http1.Http1Connection;
import io.countersign.sigv4.AwsCredentials;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Fetches lists over connections as those to upstreams are: names resolved off the loop and judged, TLS verified, responses
 * read strictly. On an event loop of its own, so that nothing here is in the way of requests. {@link #fetch} is called by one
 * thread at a time.
 */
final class ListFetcher implements AutoCloseable {
    /** From the wish for credentials to the last byte. */
    static final Duration DEADLINE = Duration.ofSeconds(10);

    /** Idle connections are not worth keeping from one poll to the next. */
    private static final ConnectionTimes TIMES =
            new ConnectionTimes(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(5));

    private final Environment environment;
    private final Clock clock;
    private final Supplier<CompletionStage<Credentials>> credentials;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("countersign-lists-loop", true), NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Resolver resolver = new Resolver();
    private final TlsThreads tlsThreads = new TlsThreads("countersign-tls");
    private final UpstreamPool pool;
    private final Upstreams upstreams = new Upstreams();
    private final Signers signers = new Signers();

    private final Duration deadline;

    /**
     * Makes one; its threads begin with the first list.
     *
     * @param credentials to sign with, asked for when a list needs them
     * @param deadline usually {@link #DEADLINE}
     */
    ListFetcher(
            Environment environment,
            Clock clock,
            Supplier<CompletionStage<Credentials>> credentials,
            Duration deadline) {
        this.deadline = deadline;
        this.environment = environment;
        this.clock = clock;
        this.credentials = credentials;
        this.pool = new UpstreamPools(PoolLimits.of(32))
                .add(loop, new Connector(loop, resolver, tlsThreads, Http1Connection::new));
    }

    /**
     * Asks for a list; ends within the deadline, never exceptionally.
     *
     * @param known the version that is not to be sent again
     * @param room for what comes
     */
    CompletableFuture<FetchOutcome> fetch(RemoteList list, RemoteLists.Reach reach, Optional<String> known, Room room) {
        CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
        ListCall call;
        Upstream upstream;
        try {
            call = ListCall.of(list, reach, environment);
            upstream = upstreams.prepare(call.server());
        } catch (IOException | IllegalArgumentException e) {
            outcome.complete(new FetchOutcome.Failed(String.valueOf(e.getMessage())));
            return outcome;
        }
        boolean conditional = known.isPresent() && list.kind() != RemoteList.Kind.SSM;
        ListFetch fetch = new ListFetch(room, conditional, outcome);
        Attempt attempt = new Attempt(call, upstream, conditional ? known : Optional.empty(), fetch);
        loop.execute(() -> begin(attempt, outcome));
        return list.kind() == RemoteList.Kind.SSM ? outcome.thenApply(ParameterDocument::read) : outcome;
    }

    /** Forgets the servers that have not been asked since the last call, such as those of an authority that was replaced. */
    void forgetOthers() {
        upstreams.commit();
    }

    private record Attempt(ListCall call, Upstream upstream, Optional<String> known, ListFetch fetch) {}

    private void begin(Attempt attempt, CompletableFuture<FetchOutcome> outcome) {
        ScheduledFuture<?> timer = loop.schedule(
                () -> attempt.fetch.end("the list was not here within " + deadline.toMillis() + " ms"),
                deadline.toMillis(),
                TimeUnit.MILLISECONDS);
        outcome.whenComplete((done, none) -> timer.cancel(false));
        if (attempt.call.signature().isEmpty()) {
            connect(attempt, outcome, Optional.empty());
            return;
        }
        credentials
                .get()
                .whenComplete((found, error) -> loop.execute(() -> {
                    if (found instanceof Credentials.Usable usable) {
                        connect(attempt, outcome, Optional.of(usable.value()));
                    } else {
                        attempt.fetch.end("there are no credentials to sign with"
                                + (found instanceof Credentials.Missing missing ? ": " + missing.reason() : ""));
                    }
                }));
    }

    private void connect(Attempt attempt, CompletableFuture<FetchOutcome> outcome, Optional<AwsCredentials> keys) {
        Waiter waiter = pool.acquire(attempt.upstream, TIMES, Waiter.Wants.FRESH, acquired -> {
            if (acquired instanceof Acquired.Failed failed) {
                attempt.fetch.end(failed.fault().detail());
                return;
            }
            Acquired.Got got = (Acquired.Got) acquired;
            if (outcome.isDone()) {
                got.stream().giveBack();
                return;
            }
            attempt.fetch.on(got.stream());
            got.stream().send(request(attempt, keys), attempt.fetch);
        });
        outcome.whenComplete((done, none) -> loop.execute(waiter::cancel));
    }

    private UpstreamRequest request(Attempt attempt, Optional<AwsCredentials> keys) {
        ListCall call = attempt.call;
        CollectedBody body = body(call.body());
        List<Header> fields = new ArrayList<>();
        fields.add(new Header("Host", call.server().authority()));
        fields.addAll(call.fields());
        WireTarget target = call.target();
        List<Header> signature = List.of();
        if (keys.isPresent()) {
            SignatureForm.Signature made = call.signature()
                    .orElseThrow()
                    .sign(
                            signers,
                            new UnsignedRequest(call.method(), target, List.copyOf(fields), body.hash()),
                            keys.get(),
                            clock.instant());
            target = made.target();
            signature = made.fields();
        }
        fields.addAll(signature);
        fields.add(new Header("User-Agent", "countersign"));
        fields.add(new Header("Accept-Encoding", "identity"));
        attempt.known.ifPresent(tag -> fields.add(new Header("If-None-Match", tag)));
        if (!call.body().isEmpty()) {
            fields.add(new Header("Content-Length", String.valueOf(body.length())));
        }
        return new UpstreamRequest(call.method(), target.text(), fields, body);
    }

    /** Not pooled, so that nobody has to let go of it. */
    private static CollectedBody body(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        BodyCollector collector =
                new BodyCollector(UnpooledByteBufAllocator.DEFAULT, new PayloadHash(), true, bytes.length);
        collector.add(Unpooled.wrappedBuffer(bytes));
        return collector.finish(PayloadHash.EMPTY);
    }

    /** Ends what runs, which then fails. */
    @Override
    public void close() {
        pool.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        resolver.close();
        tlsThreads.close();
    }
}
