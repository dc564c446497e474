package io.countersign.proxy.exchange;

import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.admission.Admitted;
import io.countersign.proxy.admission.Decision;
import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.admission.Incoming;
import io.countersign.proxy.admission.Preflight;
import io.countersign.proxy.admission.Refused;
import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.dispatch.Dispatch;
import io.countersign.proxy.fields.CrossOrigin;
import io.countersign.proxy.limit.Ask;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.limit.Place;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponseWriter;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.request.BodyIntake;
import io.countersign.proxy.request.OutgoingRequest;
import io.countersign.proxy.request.Pace;
import io.countersign.proxy.response.ClientSide;
import io.countersign.proxy.response.RequestFacts;
import io.countersign.proxy.response.ResponseContext;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteTable;
import io.countersign.proxy.route.Snapshot;
import io.countersign.proxy.upstream.UpstreamFault;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its head to the end of its answer: judged, {@linkplain BodyIntake taken in}, {@linkplain Dispatch sent upstream}.
 *
 * <p>Everything it holds (body, upstream connection) is let go in {@link #finish}, which runs exactly once. Confined
 * to its connection's event loop.
 */
final class Exchange implements BodyIntake.Listener, Dispatch.Listener, ClientSide {
    private static final String PLACE = "a place upstream";

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ClientConnection client;
    private final Services services;
    /** Of the configuration that it began with. Not its access rules: a request that lasts for hours would keep long lists. */
    private final RouteTable routes;

    private final LimitsConfig limits;
    private final HttpRequest head;
    private final ExchangeTrace trace;
    private final boolean http10;
    private boolean keepAlive;

    private Optional<Findings> findings = Optional.empty();
    private Admitted admitted;
    private Route route;
    private BodyIntake intake;
    private Dispatch dispatch;
    private boolean answered;
    private boolean finished;

    Exchange(ClientConnection client, Services services, Snapshot snapshot, HttpRequest head, ExchangeTrace trace) {
        this.client = client;
        this.services = services;
        this.routes = snapshot.routes();
        this.limits = snapshot.limits();
        this.head = head;
        this.trace = trace;
        this.http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        this.keepAlive = HttpUtil.isKeepAlive(head);
    }

    /** Decides on the head, and takes the body in if the request may go upstream. */
    void start(Admission admission, Incoming incoming, Snapshot snapshot) {
        if (head.decoderResult().isSuccess()) {
            trace.asked(head.method().name());
        }
        Decision decision = admission.decide(incoming, snapshot);
        findings = Optional.of(decision.findings());
        trace.decided(decision.findings());
        if (decision instanceof Admitted request) {
            takeIn(request);
        } else if (decision instanceof Refused refused) {
            answer(refused.response());
        } else if (decision instanceof Preflight preflight) {
            write(LocalResponseWriter.preflight(preflight.origin(), preflight.method(), preflight.fields()));
        }
    }

    private void takeIn(Admitted request) {
        admitted = request;
        route = request.route();
        timer().beginExchange(route.config().times().exchange(), this::tookTooLong);
        intake = BodyIntake.of(
                new BodyIntake.Terms(route, limits.body(), hasOtherRoutes(), services.bodies(), channel()),
                this,
                request.head().contentLength(),
                head.headers());
        intake.claim();
    }

    /** Whether the sender is to keep its data when something goes wrong that is not its doing. */
    private boolean keepsData() {
        return findings.isPresent() && findings.get().keepsData();
    }

    /** Waits for {@code what}, within the time that is left for waiting; whoever grants it lets the exchange go on. */
    @Override
    public void awaitTurn(String what) {
        Duration most = route.config().times().await();
        long left = most.toNanos() - trace.waitedNanos();
        timer().awaitTurn(left, () -> answer(LocalResponses.waitedTooLong(what, most)));
    }

    /** Whether there are routes that this one must not starve. */
    private boolean hasOtherRoutes() {
        return routes.routes().size() > 1;
    }

    /** Whether others wait for the place that this exchange has upstream. */
    @Override
    public boolean isPlaceWanted() {
        return dispatch != null && dispatch.isPlaceWanted();
    }

    @Override
    public Runnable guarded(Runnable step) {
        return () -> {
            if (!isOver()) {
                guard(step);
            }
        };
    }

    /** Runs a step so that whatever it throws ends this exchange, with an answer, rather than being lost or blamed on others. */
    @Override
    public void guard(Runnable step) {
        try {
            step.run();
        } catch (Throwable fault) {
            ourFault(fault);
        }
    }

    private void tookTooLong() {
        boolean sent = trace.upstream().attempts() > 0;
        trace.upstream().forgetResponse();
        Optional<UpstreamFault> connecting = dispatch == null ? Optional.empty() : dispatch.connectFault();
        answer(
                !sent && connecting.isPresent()
                        ? LocalResponses.upstream(connecting.get())
                        : LocalResponses.exchangeTimeout(route.config().times().exchange(), sent));
    }

    /** Tells a client that asked, that its body is wanted. */
    @Override
    public void sendContinue() {
        // An expectation of HTTP/1.0 is ignored (RFC 9110 section 10.1.1): its client would take the 100 for the
        // answer.
        if (!http10 && head.headers().contains(HttpHeaderNames.EXPECT)) {
            client.channel()
                    .writeAndFlush(new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    /** A piece of the request body. <em>Borrows</em> it. */
    void content(HttpContent content) {
        if (!answered && !finished && intake != null) {
            intake.content(content);
        }
    }

    /** Sends the request upstream, its body here or still coming. */
    @Override
    public void ready(RequestBody body) {
        OutgoingRequest outgoing =
                new OutgoingRequest(route, head, admitted.head().target(), body, services.via());
        ResponseContext context = new ResponseContext(
                new RequestFacts(trace.id(), outgoing.method(), outgoing.path(), body, http10, keepsData()),
                route,
                new Place(
                        services.inFlight(),
                        services.lasting(),
                        Ask.of(route.name(), hasOtherRoutes(), 1),
                        channel().eventLoop()),
                this,
                trace.upstream(),
                services.explanations(),
                services.clock());
        dispatch = new Dispatch(services.pool(), services.signers(), context, outgoing, this);
        dispatch.start();
    }

    @Override
    public void waitsForPlace() {
        awaitTurn(PLACE);
    }

    @Override
    public void noPlace() {
        answer(LocalResponses.tooManyWait(PLACE));
    }

    @Override
    public void placed(long waitedNanos) {
        trace.waited(waitedNanos);
    }

    @Override
    public void waited(long nanos) {
        trace.waited(nanos);
    }

    @Override
    public void received(long bytes) {
        trace.received(bytes);
    }

    @Override
    public void bodyTook(long nanos) {
        trace.bodyTook(nanos);
    }

    @Override
    public void requestBroken() {
        client.requestBroken();
    }

    @Override
    public void pauseReading() {
        client.pauseReading();
    }

    @Override
    public void resumeReading() {
        client.resumeReading();
    }

    @Override
    public void awaitBody(Pace pace) {
        timer().awaitBody(pace);
    }

    @Override
    public void awaitUpload(Duration time, Runnable past) {
        timer().enter(ExchangeTimer.Phase.UPLOAD, time, past);
    }

    @Override
    public void pauseOwnTime() {
        timer().pauseOwn();
    }

    @Override
    public boolean isWithinBody() {
        return timer().isWithinBody();
    }

    @Override
    public void bodyDone() {
        releaseBody();
    }

    @Override
    public void headSent() {
        if (!answered && !finished) {
            intake.headSent();
        }
    }

    /** The request's last octet has gone upstream. */
    @Override
    public void bodySent() {
        if (dispatch != null) {
            dispatch.bodySent();
        }
    }

    /** The request's memory is of no use any more: no attempt can follow. */
    private void releaseBody() {
        if (intake != null) {
            intake.release();
        }
    }

    /** Answers with one of our own, or cuts off the response that has begun; the exchange ends once that is done. */
    @Override
    public void answer(LocalResponse answer) {
        if (answered || finished) {
            return;
        }
        trace.failed(answer);
        if (dispatch != null && dispatch.hasBegunRelay()) {
            client.cut(true);
            return;
        }
        trace.answersItself();
        if (answer.close()) {
            keepAlive = false;
        }
        if (keepsData() && answer.status(true) == HttpResponseStatus.SERVICE_UNAVAILABLE.code()) {
            findings.flatMap(Findings::route)
                    .ifPresent(known -> services.explanations().kept(known, answer, trace.id()));
        }
        write(LocalResponseWriter.response(
                answer, keepsData(), trace.id(), services.clock().instant()));
    }

    private void write(FullHttpResponse response) {
        answered = true;
        timer().rest();
        letGo();
        trace.responds(response.status().code());
        trace.responded(
                head.method().name().equals("HEAD") ? 0 : response.content().readableBytes());
        persist(response.headers());
        ChannelFuture writing = client.channel().writeAndFlush(response);
        writing.addListener(written -> {
            trace.ended(written.isSuccess());
            finish();
        });
        if (!writing.isDone()) {
            client.watchWrites(client.idleLimit(), () -> client.cut(false));
        }
    }

    /**
     * Says in a response whether the connection goes on (RFC 9112 section 9.3). It does not when the request is perhaps still
     * coming: what is left of it must not be taken for another request.
     */
    private void persist(HttpHeaders response) {
        boolean bodyMayFollow = findings.map(Findings::mayHaveBody).orElse(true);
        if (client.isEnding() || (bodyMayFollow && !client.isRequestComplete())) {
            keepAlive = false;
        }
        String promise = keepAlive ? client.keepAlive().promise(now()) : null;
        if (!keepAlive) {
            response.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10 || promise != null) {
            // Keep-Alive concerns this connection alone, so Connection has to say so (RFC 9110 section 7.6.1).
            response.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
            if (promise != null) {
                response.set("keep-alive", promise);
            }
        }
    }

    private void letGo() {
        try {
            if (dispatch != null) {
                dispatch.abandon();
            }
        } finally {
            releaseBody();
        }
    }

    /** The end, whichever way it came. */
    private void finish() {
        if (finished) {
            return;
        }
        finished = true;
        try {
            letGo();
            services.observer().finished(trace.record(now()));
        } catch (Throwable fault) {
            LOG.error("request {}: a fault of the proxy's own at its end", trace.id(), fault);
        } finally {
            client.exchangeEnded(keepAlive);
        }
    }

    /** The process ends while this runs: the client is told so, or its response is cut. */
    void cutAtEnd() {
        if (finished) {
            return;
        }
        if (answered) {
            // An answer of our own whose client takes it too slowly; what it says of the cause stays.
            trace.because(LocalResponses.cutAtEnd().detail());
            return;
        }
        trace.answersItself();
        answer(LocalResponses.cutAtEnd());
    }

    void clientGone() {
        if (!finished) {
            trace.because("the client closed the connection");
            finish();
        }
    }

    /** The client sends nothing more. Within its request that is a truncation; behind it, it may still read. */
    void inputEnded() {
        if (!client.isRequestComplete() && !answered) {
            keepAlive = false;
            trace.becauseOf("the client ended the connection within its request");
            client.channel().close();
        } else if (dispatch != null && dispatch.hasBegunRelay()) {
            // Before the response's head it may be waiting; once that streams, it is a client gone.
            client.channel().close();
        }
    }

    /** A bug met this exchange: said in the log with its stack, to the client as a 503 that it may retry. */
    void ourFault(Throwable cause) {
        LOG.error("request {}: a fault of the proxy's own", trace.id(), cause);
        if (finished) {
            // The connection may be another exchange's by now.
            return;
        }
        boolean wasAnswered = answered;
        try {
            if (!wasAnswered) {
                answer(LocalResponses.internal());
            }
        } catch (Throwable again) {
            LOG.error("request {}: a fault while answering a fault", trace.id(), again);
            wasAnswered = true;
        }
        if (wasAnswered) {
            client.cut(true);
        }
    }

    @Override
    public void whenWritable(Runnable then) {
        client.whenWritable(then);
    }

    @Override
    public void closesAtEnd() {
        keepAlive = false;
    }

    /** A web page of an origin that the route allows may read it, and it says whether the connection goes on. */
    @Override
    public void relaying(HttpResponse response) {
        admitted.reader().ifPresent(origin -> CrossOrigin.allow(origin, response.headers()));
        persist(response.headers());
        trace.responds(response.status().code());
    }

    @Override
    public void relayed(int bytes) {
        trace.responded(bytes);
    }

    @Override
    public void ended(boolean complete) {
        trace.ended(complete);
        finish();
    }

    @Override
    public void brokenOff(String error, String detail) {
        trace.brokenOff(error, detail);
    }

    @Override
    public void cut(boolean reset) {
        client.cut(reset);
    }

    @Override
    public void awaitUpstream(Duration time, Runnable past) {
        timer().enter(ExchangeTimer.Phase.RESPONSE, time, past);
    }

    @Override
    public void awaitClient(Duration time, Runnable stalled) {
        client.watchWrites(time, stalled);
    }

    @Override
    public void resumeOwnTime() {
        timer().runOwn();
    }

    @Override
    public void awaitNobody() {
        timer().rest();
    }

    @Override
    public boolean isOver() {
        return answered || finished;
    }

    @Override
    public Channel channel() {
        return client.channel();
    }

    private ExchangeTimer timer() {
        return client.timer();
    }

    private long now() {
        return timer().now();
    }
}
