package io.countersign.proxy.exchange;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.rejection.Rejections;
import io.countersign.proxy.rejection.RequestIds;
import io.countersign.proxy.rejection.ServerTime;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Set;

/**
 * One attempt's response: relayed as it comes, or held back while it may be AWS's own no.
 *
 * <p>Only answers that could be a rejection are held, and only up to {@link HeldBody#MAX}; all others stream.
 */
final class Reply implements ResponseListener {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Exchange exchange;
    private final Forwarding forwarding;
    private final Route route;
    private final String method;
    private HttpResponse head;
    private HeldBody held;
    private Answer instead;
    private ResponseRelay relay;

    Reply(Exchange exchange, Forwarding forwarding, Route route, String method) {
        this.exchange = exchange;
        this.forwarding = forwarding;
        this.route = route;
        this.method = method;
    }

    @Override
    public void head(HttpResponse response) {
        head = response;
        int status = response.status().code();
        forwarding.headCame();
        exchange.journal().upstreamStatus = status;
        exchange.journal().upstreamRequestId = requestId(response);
        unlearnSkew(status);
        instead = insteadOf(status);
        if (instead != null || (route.signing().isPresent() && Rejections.possible(status))) {
            held = new HeldBody();
            armIdle();
        } else {
            relay();
        }
    }

    /** The answer that stands for this response whatever its body says, or null. */
    private Answer insteadOf(int status) {
        if (status == 429 && exchange.keepsData()) {
            return Answers.throttled();
        }
        boolean followable = method.equals("GET") || method.equals("HEAD");
        return REDIRECTS.contains(status) && !followable ? Answers.redirected(status) : null;
    }

    private void unlearnSkew(int status) {
        if (status < 400 && route.signing().isPresent()) {
            var clock = route.signing().get().clock();
            if (clock.isCorrected()) {
                ServerTime.fromDate(head.headers().get(HttpHeaderNames.DATE), clock.uncorrected())
                        .ifPresent(clock::confirm);
            }
        }
    }

    private void relay() {
        if (forwarding.isBodySent() || head.status().code() >= 300) {
            exchange.releaseBody();
        }
        ResponseRelay next = new ResponseRelay(exchange, forwarding.connection(), route, head);
        if (!next.mayBegin()) {
            exchange.answer(Answers.tooManyLast());
            return;
        }
        relay = next;
        relay.begin();
    }

    @Override
    public void content(ByteBuf piece) {
        if (relay != null) {
            relay.content(piece);
            return;
        }
        armIdle();
        if (held.add(piece)) {
            return;
        }
        if (instead != null) {
            exchange.answer(instead);
            return;
        }
        if (rejection().judge(head, held.octets(), false, this::relayHeld)) {
            return;
        }
        // Too long for a rejection, and not one by its beginning.
        relay();
        if (relay != null) {
            relay.content(Unpooled.wrappedBuffer(held.octets()));
        }
    }

    @Override
    public void pause() {
        if (relay != null) {
            relay.flush();
        }
    }

    @Override
    public void complete() {
        forwarding.responseEnded();
        if (relay != null) {
            // The place is kept until the client has taken the end of it: places bound what lies in buffers, too.
            relay.complete();
        } else if (instead != null) {
            exchange.answer(instead);
        } else {
            // Whatever is done about it, the agent waits no longer than for a plain answer.
            exchange.limit().run();
            rejection().judge(head, held.octets(), true, this::relayHeld);
        }
    }

    private RejectionResponse rejection() {
        return new RejectionResponse(exchange, forwarding, route);
    }

    /** Relays what was held: it is the backend's own answer, or the route relays rejections. */
    private void relayHeld(RelayedRejection shown) {
        exchange.releaseBody();
        relay = new ResponseRelay(exchange, null, route, shown.head());
        relay.whole(shown.body());
    }

    @Override
    public void failed(UpstreamFault fault) {
        forwarding.responseEnded();
        if (relay != null) {
            relay.cut(fault.kind().token(), fault.detail());
        } else {
            forwarding.broken(fault);
        }
    }

    boolean hasHead() {
        return head != null;
    }

    /** The request's body is still on its way, and that is progress too. */
    void requestMoved() {
        if (relay != null) {
            relay.requestMoved();
        }
    }

    boolean hasBegunRelay() {
        return relay != null;
    }

    /** The attempt is over, whichever way. */
    void release() {
        if (relay != null) {
            relay.release();
        }
    }

    void clientWritabilityChanged() {
        if (relay != null) {
            relay.clientWritabilityChanged();
        }
    }

    private void armIdle() {
        exchange.client().deadline().arm(route.config().times().responseIdle().toNanos(), () -> {
            exchange.answer(Answers.upstream(new UpstreamFault(
                    UpstreamFault.Kind.RESPONSE_TIMEOUT, route.upstream() + " stopped within its response")));
        });
    }

    private String requestId(HttpResponse response) {
        String amzn = response.headers().get("x-amzn-requestid");
        String id = amzn != null ? amzn : response.headers().get("x-amz-request-id");
        if (id == null) {
            return null;
        }
        Credentials.Usable credentials = forwarding.attempt().credentials();
        return RequestIds.shown(
                id, exchange.services().explanations().secrets(route, credentials == null ? null : credentials.keys()));
    }
}
