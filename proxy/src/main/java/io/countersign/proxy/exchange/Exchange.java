package io.countersign.proxy.exchange;

import io.countersign.proxy.admission.Admitted;
import io.countersign.proxy.admission.Decision;
import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.admission.Incoming;
import io.countersign.proxy.admission.Lease;
import io.countersign.proxy.admission.Preflight;
import io.countersign.proxy.admission.Refused;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.dispatch.Dispatch;
import io.countersign.proxy.limit.Ask;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponseWriter;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.request.BodyIntake;
import io.countersign.proxy.request.OutgoingRequest;
import io.countersign.proxy.response.RequestFacts;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its head to the end of its response: {@linkplain #start judged}, {@linkplain #takeIn taken in},
 * {@linkplain #ready sent upstream}; its response is relayed, or {@linkplain #answer made by us}; and it {@linkplain #finish ends}.
 *
 * <p>Everything it holds (body, place, upstream stream, lease) is let go in {@link #finish}, which runs exactly once. Confined to its
 * connection's event loop.
 */
final class Exchange implements BodyIntake.Listener, Dispatch.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ClientLink client;
    private final Front front;
    private final Phases phases;
    private final Incoming incoming;
    private final ExchangeTrace trace;
    private final Listener listener;
    private final StepGuard steps = new StepGuard(this::isOver, this::ourFault);
    private final ClientWriter writer;
    private final Upgrading upgrading;

    private Stage stage = Stage.RUNNING;
    private Optional<Findings> findings = Optional.empty();
    private Admitted admitted;
    private Lease lease = Lease.NONE;
    private Ask place;
    private Optional<BodyIntake> intake = Optional.empty();
    private Optional<Dispatch> dispatch = Optional.empty();

    interface Listener {
        /** The last byte is written, or the connection is lost; exactly once. */
        void exchangeEnded(boolean keepAlive);
    }

    Exchange(ClientLink client, Front front, Phases phases, Incoming incoming, Listener listener) {
        this.client = client;
        this.front = front;
        this.phases = phases;
        this.incoming = incoming;
        this.listener = listener;
        this.trace = new ExchangeTrace(incoming.caller(), front.clock().millis(), client.now());
        this.writer = new ClientWriter(client, incoming.head(), trace, steps, this::finish);
        this.upgrading = new Upgrading(front, client, writer, trace, incoming.head());
    }

    /** Decides on the head, and takes the body in if the request may go upstream. */
    void start() {
        assert client.isOnLoop();
        // Not kept: a request that lasts for hours would keep the access rules, which may be long lists.
        Snapshot snapshot = front.snapshot().get();
        Decision decision = phases.admission().decide(incoming, snapshot);
        lease = decision.lease();
        findings = Optional.of(decision.findings());
        trace.decided(incoming.head(), decision.findings());
        writer.decided(decision);
        if (decision instanceof Admitted request) {
            takeIn(request, snapshot);
        } else if (decision instanceof Refused refused) {
            answer(refused.response());
        } else if (decision instanceof Preflight preflight) {
            send(LocalResponseWriter.preflight(preflight.page(), preflight.method(), preflight.fields()));
        }
    }

    private void takeIn(Admitted request, Snapshot snapshot) {
        admitted = request;
        boolean hasOtherRoutes = snapshot.routes().routes().size() > 1;
        place = Ask.of(admitted.route().name(), hasOtherRoutes, 1);
        client.timer()
                .beginExchange(admitted.route().config().delivery().timeouts().exchange(), this::tookTooLong);
        intake = Optional.of(BodyIntake.of(
                new BodyIntake.Terms(
                        admitted.route(),
                        BodyIntake.Sizes.of(snapshot.limits()),
                        hasOtherRoutes,
                        phases.bodies(),
                        lease,
                        new ClientReader(client, incoming.head(), trace, steps),
                        client.channel()),
                this,
                request.head().contentLength(),
                incoming.head().headers()));
        intake.get().claim();
    }

    /** A piece of the request body. <em>Borrows</em> it. */
    void content(HttpContent content) {
        if (!isOver() && intake.isPresent()) {
            intake.get().content(content);
        }
    }

    /** Sends the request upstream, its body here or still coming. */
    @Override
    public void ready(RequestBody body) {
        assert client.isOnLoop();
        OutgoingRequest outgoing = new OutgoingRequest(
                admitted.route(), incoming.head(), admitted.head().target(), body, phases.via());
        RequestFacts facts =
                new RequestFacts(trace.id(), outgoing.method(), outgoing.path(), body, writer.isHttp10(), keepsData());
        dispatch = Optional.of(phases.dispatcher().dispatch(outgoing, facts, place, writer, trace.upstream(), this));
        dispatch.get().start();
    }

    /** Waits for {@code what}, within the time that is left for waiting; whoever grants it lets the exchange go on. */
    @Override
    public void awaitTurn(String what) {
        Duration max = admitted.route().config().delivery().timeouts().await();
        long left = max.toNanos() - trace.waitedNanos();
        client.timer().awaitTurn(left, () -> answer(LocalResponses.waitedTooLong(what, max)));
    }

    @Override
    public void waited(long nanos) {
        trace.waited(nanos);
    }

    @Override
    public boolean isPlaceWanted() {
        return dispatch.isPresent() && dispatch.get().isPlaceWanted();
    }

    @Override
    public void headSent() {
        if (!isOver()) {
            intake.orElseThrow().headSent();
        }
    }

    @Override
    public void switched(HttpResponse head, Consumer<ChannelHandler> connection) {
        upgrading.begin(head, connection, admitted.route()).ifPresent(this::answer);
    }

    @Override
    public void bodySent() {
        dispatch.ifPresent(Dispatch::bodySent);
    }

    @Override
    public void bodyDone() {
        intake.ifPresent(BodyIntake::release);
    }

    private void tookTooLong() {
        boolean sent = trace.upstream().attempts() > 0;
        trace.upstream().forgetResponse();
        answer(dispatch.flatMap(Dispatch::connectFault)
                .filter(fault -> !sent)
                .map(LocalResponses::upstream)
                .orElseGet(() -> LocalResponses.exchangeTimeout(
                        admitted.route().config().delivery().timeouts().exchange(), sent)));
    }

    /** Answers with a response of our own, or cuts off the response that has begun; the exchange ends once that is done. */
    @Override
    public void answer(LocalResponse response) {
        if (isOver()) {
            return;
        }
        trace.failed(response);
        if (hasBegunRelay()) {
            client.cut(true);
            return;
        }
        trace.answersItself();
        if (keepsData() && response.status(true) == HttpResponseStatus.SERVICE_UNAVAILABLE.code()) {
            findings.flatMap(Findings::route)
                    .ifPresent(known -> phases.explanations().kept(known, response, trace.id()));
        }
        send(writer.form(response, keepsData(), front.clock().instant()));
    }

    /** <em>Takes</em> the response. */
    private void send(FullHttpResponse response) {
        assert client.isOnLoop();
        stage = Stage.ANSWERED;
        client.timer().rest();
        letGo();
        writer.send(response);
    }

    /** The end, whichever way it came: by the response's last byte, or by the loss of the connection. */
    private void finish() {
        assert client.isOnLoop();
        if (stage == Stage.FINISHED) {
            return;
        }
        stage = Stage.FINISHED;
        try {
            letGo();
            front.observer().finished(trace.record(client.now()));
        } catch (Throwable fault) {
            LOG.error("request {}: a fault of the proxy's own at its end", trace.id(), fault);
        } finally {
            listener.exchangeEnded(writer.keepsAlive());
        }
    }

    /** Gives back all that it holds; a second call does nothing. */
    private void letGo() {
        lease.end();
        try {
            dispatch.ifPresent(sent -> sent.abandon(trace.cause()));
        } finally {
            intake.ifPresent(BodyIntake::release);
        }
    }

    /** The process ends while this runs: the client gets a response that says so, or its response is cut. */
    void cutAtEnd() {
        if (stage == Stage.ANSWERED) {
            // A response of our own whose client takes it too slowly; what it says of the cause stays.
            trace.because(LocalResponses.cutAtEnd().detail());
        } else if (stage == Stage.RUNNING) {
            trace.answersItself();
            answer(LocalResponses.cutAtEnd());
        }
    }

    void clientGone() {
        if (stage != Stage.FINISHED) {
            trace.because("the client closed the connection");
            finish();
        }
    }

    /** The client sends nothing more. Within its request that is a truncation; after it, it may still read. */
    void inputEnded() {
        boolean truncated = stage == Stage.RUNNING && !client.isRequestComplete();
        if (truncated) {
            writer.closesAtEnd();
            trace.becauseOf("the client ended the connection within its request");
        }
        // Before the response's head it may be waiting; once that streams, it is a client gone.
        if (truncated || hasBegunRelay()) {
            client.channel().close();
        }
    }

    /** A bug met this exchange: it is logged with its stack, and the client gets a 503 that it may retry. */
    void ourFault(Throwable cause) {
        LOG.error("request {}: a fault of the proxy's own", trace.id(), cause);
        if (stage == Stage.FINISHED) {
            // The connection may be another exchange's by now.
            return;
        }
        try {
            if (stage == Stage.RUNNING) {
                answer(LocalResponses.internal());
                return;
            }
        } catch (Throwable again) {
            LOG.error("request {}: a fault while answering a fault", trace.id(), again);
        }
        client.cut(true);
    }

    private boolean isOver() {
        return stage != Stage.RUNNING;
    }

    private boolean hasBegunRelay() {
        return upgrading.hasBegun() || dispatch.map(Dispatch::hasBegunRelay).orElse(false);
    }

    /** Whether the sender is to keep its data when something goes wrong that is not its doing. */
    private boolean keepsData() {
        return findings.isPresent() && findings.get().keepsData();
    }
}
