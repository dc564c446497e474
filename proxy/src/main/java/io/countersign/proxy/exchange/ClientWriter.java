package io.countersign.proxy.exchange;

import io.countersign.proxy.admission.Admitted;
import io.countersign.proxy.admission.Decision;
import io.countersign.proxy.exchange.ExchangeTimer.Phase;
import io.countersign.proxy.fields.CrossOrigin;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponseWriter;
import io.countersign.proxy.response.ClientSide;
import io.countersign.proxy.route.RouteConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one exchange's client gets: a response of our own, or an upstream's with the fields that concern this client alone; and
 * whether its connection goes on after it. Confined to the exchange's event loop.
 */
final class ClientWriter implements ClientSide {
    private final ClientLink client;
    private final HttpRequest head;
    private final ExchangeTrace trace;
    private final StepGuard steps;
    private final Runnable ended;
    private boolean keepAlive;
    private boolean bodyMayFollow = true;

    /** The web page that may read the response. */
    private Optional<CrossOrigin> reader = Optional.empty();

    /** Whether others' requests would have got another response. */
    private boolean pagesMayRead;

    private List<RouteConfig.SetHeader> further = List.of();

    /** @param ended runs once the response is out, or never will be */
    ClientWriter(ClientLink client, HttpRequest head, ExchangeTrace trace, StepGuard steps, Runnable ended) {
        this.client = client;
        this.head = head;
        this.trace = trace;
        this.steps = steps;
        this.ended = ended;
        this.keepAlive = HttpUtil.isKeepAlive(head);
    }

    void decided(Decision decision) {
        bodyMayFollow = decision.findings().mayHaveBody();
        further = decision.findings().inResponse();
        if (decision instanceof Admitted admitted) {
            reader = admitted.reader();
            pagesMayRead =
                    !admitted.route().config().conditions().cors().origins().isEmpty();
        }
    }

    boolean isHttp10() {
        return head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    /** Whether the connection goes on, as the response says. */
    boolean keepsAlive() {
        return keepAlive;
    }

    /** The form of a response of our own, which may end the connection; <em>returned owned</em>. */
    FullHttpResponse form(LocalResponse local, boolean keepsData, Instant now) {
        if (local.close()) {
            keepAlive = false;
        }
        return LocalResponseWriter.response(local, keepsData, trace.id(), now);
    }

    /** Sends a response of our own; <em>takes</em> it. */
    void send(FullHttpResponse response) {
        long bytes =
                HttpMethod.HEAD.equals(head.method()) ? 0 : response.content().readableBytes();
        reader.ifPresent(page -> page.allow(response.headers()));
        addFurther(response.headers());
        persist(response.headers());
        ChannelFuture writing = OwnResponse.write(channel(), response, trace, bytes);
        writing.addListener(written -> ended.run());
        if (!writing.isDone()) {
            client.watchWrites(client.keepAlive().limit(), () -> client.cut(false));
        }
    }

    /** The upstream may have links of its own; of the others there is one (RFC 8288 section 3, RFC 9745, RFC 8594). */
    private void addFurther(HttpHeaders response) {
        for (RouteConfig.SetHeader field : further) {
            if (field.name().equalsIgnoreCase("link")) {
                response.add(field.name(), field.value());
            } else {
                response.set(field.name(), field.value());
            }
        }
    }

    /**
     * Says in a response whether the connection goes on (RFC 9112 section 9.3). It does not when the request is perhaps still
     * coming: what is left of it must not be taken for another request.
     */
    private void persist(HttpHeaders response) {
        if (client.isEnding() || (bodyMayFollow && !client.isRequestComplete())) {
            keepAlive = false;
        }
        String promise = keepAlive ? client.keepAlive().promise(client.now()) : null;
        if (!keepAlive) {
            response.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (isHttp10() || promise != null) {
            // Keep-Alive concerns this connection alone, so Connection has to say so (RFC 9110 section 7.6.1).
            response.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
            if (promise != null) {
                response.set("keep-alive", promise);
            }
        }
    }

    @Override
    public void closesAtEnd() {
        keepAlive = false;
    }

    @Override
    public void relaying(HttpResponse response) {
        reader.ifPresentOrElse(
                page -> page.allow(response.headers()), () -> CrossOrigin.allowNone(response.headers(), pagesMayRead));
        addFurther(response.headers());
        persist(response.headers());
        trace.responds(response.status().code());
    }

    /** The head of a 101 is about to be relayed: it alone says what the connection becomes (RFC 6455 section 4.2.2). */
    void switching(HttpResponse response) {
        relaying(response);
        keepAlive = false;
        response.headers().remove("keep-alive");
        // It has no body (RFC 9110 section 8.6), and what follows is no HTTP.
        response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    }

    @Override
    public void relayed(int bytes) {
        trace.responded(bytes);
    }

    @Override
    public void ended(boolean complete) {
        trace.ended(complete);
        ended.run();
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
    public Channel channel() {
        return client.channel();
    }

    @Override
    public void whenWritable(Runnable then) {
        client.whenWritable(then);
    }

    @Override
    public void awaitUpstream(Duration time, Runnable past) {
        client.timer().enter(Phase.RESPONSE, time, past);
    }

    @Override
    public void awaitClient(Duration time, Runnable stalled) {
        client.watchWrites(time, stalled);
    }

    @Override
    public void resumeOwnTime() {
        client.timer().runOwn();
    }

    @Override
    public void awaitNobody() {
        client.timer().rest();
    }

    @Override
    public void guard(Runnable step) {
        steps.guard(step);
    }

    @Override
    public Runnable guarded(Runnable step) {
        return steps.guarded(step);
    }
}
