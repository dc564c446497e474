package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.Budget;
import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteResult;
import io.countersign.proxy.wire.DecodeFault;
import io.countersign.sigv4.PayloadHash;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its head to the end of its answer: judged, admitted, collected, {@linkplain Forwarding forwarded}.
 *
 * <p>Everything it holds (budget, body, upstream connection) is let go in {@link #finish}, which runs exactly once. Confined
 * to its connection's event loop.
 */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ClientConnection client;
    private final Services services;
    private final Snapshot snapshot;
    private final HttpRequest head;
    private final Journal journal;
    private final boolean http10;
    private boolean keepAlive;

    private Route route;
    private RequestHeadCheck.Result.Good request;
    private BodyCollector collector;
    private Budget.Claim bodyClaim;
    private CollectedBody body;
    private Forwarding forwarding;
    private long phaseBegan;
    private long spentNanos;
    private boolean answered;
    private boolean finished;

    Exchange(ClientConnection client, Services services, HttpRequest head, Journal journal) {
        this.client = client;
        this.services = services;
        this.snapshot = services.snapshot().get();
        this.head = head;
        this.journal = journal;
        this.http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        this.keepAlive = HttpUtil.isKeepAlive(head);
    }

    /** Judges the head; the order is from the cheapest and most telling to what needs a route. */
    void start() {
        journal.client = client.peer();
        if (head.decoderResult().isSuccess()) {
            journal.method = head.method().name();
            journal.target(head.uri());
        }
        journal.verdict = snapshot.config().access().rules().decide(journal.client);
        if (journal.verdict instanceof Verdict.Denied denied) {
            refuse(Answers.denied(snapshot.config().access().denyStatus(), denied.by()));
            return;
        }
        RequestHeadCheck.Result result =
                RequestHeadCheck.check(head, snapshot.config().limits());
        if (result instanceof RequestHeadCheck.Result.Bad bad) {
            refuse(bad.answer());
            return;
        }
        request = (RequestHeadCheck.Result.Good) result;
        if (!snapshot.config().access().hosts().contains(request.host())) {
            refuse(Answers.misdirected(request.host()));
        } else if (services.activity().phase() == Activity.Phase.CLOSED) {
            refuse(Answers.draining());
        } else {
            findRoute();
        }
    }

    private void findRoute() {
        int query = request.target().indexOf('?');
        String path = query < 0 ? request.target() : request.target().substring(0, query);
        RouteResult result = snapshot.routes().find(head.method().name(), request.host(), path);
        // A preflight asks about the route of the request that is to follow, by that request's method.
        String asked = head.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        if (asked != null && result instanceof RouteResult.MethodNotAllowed) {
            result = snapshot.routes().find(asked, request.host(), path);
        }
        route = result instanceof RouteResult.Found found ? found.route() : null;
        journal.route = route == null ? null : route.name();
        Optional<Route> found = Optional.ofNullable(route);
        String browser = BrowserGuard.fault(head.headers(), found.map(Route::config));
        if (browser != null) {
            refuse(Answers.browser(browser));
        } else if (result instanceof RouteResult.MethodNotAllowed notAllowed) {
            refuse(Answers.methodNotAllowed(head.method().name(), notAllowed.allowed()));
        } else if (route == null) {
            refuse(Answers.noRoute(path));
        } else {
            BrowserGuard.preflight(head, route.config()).ifPresentOrElse(this::write, this::admit);
        }
    }

    private void admit() {
        long length = request.contentLength();
        long limit = route.config().maxBody();
        String expect = head.headers().get(HttpHeaderNames.EXPECT);
        if (expect != null && (http10 || !expect.equalsIgnoreCase("100-continue"))) {
            refuse(Answers.expectation(expect));
        } else if (route.signing().isPresent() && PresignedQuery.isIn(request.target())) {
            refuse(Answers.malformed("the query carries a signature of its own, and this route signs"));
        } else if (length > limit) {
            refuse(Answers.bodyTooLarge(limit, length));
        } else {
            // A chunked body reserves all it may become: exchanges that each held a part would wait for each other for
            // ever.
            long amount = length >= 0 ? length : limit;
            if (amount > services.bodies().limit()) {
                refuse(Answers.bodyTooLarge(services.bodies().limit(), length).retrying());
                return;
            }
            phaseBegan = now();
            if (amount == 0) {
                collect();
                return;
            }
            bodyClaim = services.bodies().claim(amount, client.channel().eventLoop(), this::collect);
            if (bodyClaim.isHeld()) {
                collect();
            } else {
                client.channel().config().setAutoRead(false);
                armExchangeLimit();
            }
        }
    }

    private void collect() {
        if (finished || answered) {
            return;
        }
        long now = now();
        spentNanos += now - phaseBegan;
        journal.waitNanos = Journal.plus(journal.waitNanos, now - phaseBegan);
        phaseBegan = now;
        long length = request.contentLength();
        PayloadHash hash = length == 0 || route.signing().isEmpty() ? null : new PayloadHash();
        collector = new BodyCollector(
                client.channel().alloc(), hash, length, route.config().maxBody());
        if (length != 0) {
            if (head.headers().contains(HttpHeaderNames.EXPECT)) {
                client.channel()
                        .writeAndFlush(new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            }
            armBodyIdle();
        }
        client.channel().config().setAutoRead(true);
    }

    private void armBodyIdle() {
        client.deadline()
                .arm(
                        route.config().times().bodyIdle().toNanos(),
                        () -> refuse(Answers.bodyTooSlow(route.config().times().bodyIdle(), collector.length())));
    }

    /** A piece of the request body. <em>Borrows</em> it. */
    void content(HttpContent content) {
        if (answered || finished || collector == null) {
            return;
        }
        if (!content.decoderResult().isSuccess()) {
            client.requestBroken();
            refuse(broken(content.decoderResult().cause()));
            return;
        }
        if (!collector.add(content.content())) {
            refuse(Answers.bodyTooLarge(route.config().maxBody(), -1));
            return;
        }
        journal.requestBytes = collector.length();
        if (content instanceof LastHttpContent) {
            bodyComplete();
        } else {
            armBodyIdle();
        }
    }

    private Answer broken(Throwable cause) {
        boolean tooLarge = cause instanceof DecodeFault fault && fault.kind() == DecodeFault.Kind.BODY_TOO_LARGE;
        return tooLarge
                ? Answers.bodyTooLarge(route.config().maxBody(), -1)
                : Answers.malformed("the request body is malformed: " + cause.getMessage());
    }

    private void bodyComplete() {
        long now = now();
        journal.bodyNanos = now - phaseBegan;
        body = collector.finish();
        collector = null;
        client.deadline().disarm();
        if (body.length() == 0 && body.hash() == null) {
            body = CollectedBody.empty(PayloadHash.EMPTY);
        }
        armExchangeLimit();
        forwarding = new Forwarding(this, services, route, head, request.target(), body);
        forwarding.start();
    }

    /** Waiting and forwarding share the exchange's time; reading the body has its own. */
    private void armExchangeLimit() {
        long limit = route.config().times().exchange().toNanos();
        client.deadline().arm(limit - spentNanos, () -> {
            boolean sent = journal.attempts > 0;
            journal.upstreamStatus = 0;
            answer(Answers.exchangeTimeout(route.config().times().exchange(), sent));
        });
    }

    /** The request's memory is of no use any more: no attempt can follow. */
    void releaseBody() {
        if (body != null) {
            body.release();
        }
        if (bodyClaim != null) {
            bodyClaim.release();
        }
    }

    /** Refuses a request that is perhaps still coming: what is left of it is not taken for another request. */
    private void refuse(Answer answer) {
        boolean bodyMayFollow = request == null || request.contentLength() != 0;
        answer(bodyMayFollow && !client.isRequestComplete() ? answer.closing() : answer);
    }

    /** Answers with one of our own; the exchange ends once it is written. */
    void answer(Answer answer) {
        if (answered || finished) {
            return;
        }
        journal.ownAnswer = true;
        journal.error = answer.error();
        journal.detail = answer.detail();
        if (answer.close()) {
            keepAlive = false;
        }
        write(AnswerWriter.response(answer, journal.requestId));
    }

    private void write(FullHttpResponse response) {
        answered = true;
        client.deadline().disarm();
        letGo();
        journal.status = response.status().code();
        journal.responseBytes =
                head.method().name().equals("HEAD") ? 0 : response.content().readableBytes();
        persist(response.headers());
        client.channel().writeAndFlush(response).addListener((ChannelFutureListener) written -> {
            journal.complete = written.isSuccess();
            finish();
        });
    }

    /** Says in a response whether the connection goes on (RFC 9112 section 9.3). */
    void persist(HttpHeaders response) {
        if (services.activity().phase() != Activity.Phase.SERVING) {
            keepAlive = false;
        }
        if (!keepAlive) {
            response.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            response.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private void letGo() {
        if (forwarding != null) {
            forwarding.abandon();
        }
        if (collector != null) {
            collector.discard();
            collector = null;
        }
        releaseBody();
    }

    /** The end, whichever way it came. */
    void finish() {
        if (finished) {
            return;
        }
        finished = true;
        letGo();
        services.observer().finished(journal.record(now()));
        client.exchangeEnded(keepAlive);
    }

    void clientGone() {
        if (!finished) {
            if (journal.detail == null) {
                journal.detail = "the client closed the connection";
            }
            finish();
        }
    }

    /** The client sends nothing more. Within its request that is a truncation; behind it, it may still read. */
    void inputEnded() {
        if (!client.isRequestComplete() && !answered) {
            keepAlive = false;
            journal.detail = "the client ended the connection within its request";
            client.channel().close();
        } else if (forwarding != null) {
            forwarding.inputEnded();
        }
    }

    /** A bug met this exchange: said in the log with its stack, to the client as a 503 that it may retry. */
    void ourFault(Throwable cause) {
        LOG.error("request {}: a fault of the proxy's own", journal.requestId, cause);
        if (answered || (forwarding != null && forwarding.hasBegunRelay())) {
            client.cut(true);
        } else {
            answer(Answers.internal());
        }
    }

    void clientWritabilityChanged() {
        if (forwarding != null) {
            forwarding.clientWritabilityChanged();
        }
    }

    /** Lets a web page of an origin that the route allows read a relayed response. */
    void allowOrigin(HttpHeaders response) {
        BrowserGuard.allowOrigin(head.headers(), route.config(), response);
    }

    void mustClose() {
        keepAlive = false;
    }

    boolean isHttp10() {
        return http10;
    }

    boolean isOver() {
        return answered || finished;
    }

    ClientConnection client() {
        return client;
    }

    Services services() {
        return services;
    }

    Channel channel() {
        return client.channel();
    }

    Journal journal() {
        return journal;
    }

    long now() {
        return client.deadline().now();
    }
}
