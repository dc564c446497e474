package io.countersign.proxy.exchange;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.rejection.RequestIds;
import io.countersign.proxy.rejection.ServerTime;
import io.countersign.proxy.rejection.UpstreamErrors;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;

/**
 * One attempt's response: relayed as it comes, or held back while it may be an error of AWS's own.
 *
 * <p>Only such answers are held, and only up to {@link HeldBody#MAX}; all others stream.
 */
final class Reply implements ResponseListener {
    private final Exchange exchange;
    private final Forwarding forwarding;
    private final Route route;
    private HttpResponse head;
    private HeldBody held;
    private LocalResponse instead;
    private ResponseRelay relay;
    /** Null where there is nothing to note. */
    private ResponseNotes notes;

    Reply(Exchange exchange, Forwarding forwarding, Route route) {
        this.exchange = exchange;
        this.forwarding = forwarding;
        this.route = route;
    }

    @Override
    public void head(HttpResponse response) {
        head = response;
        int status = response.status().code();
        forwarding.headCame();
        exchange.journal().upstreamStatus = status;
        exchange.journal().upstreamRequestId = requestId(response);
        unlearnSkew(status);
        ResponseNotes.written(exchange.journal(), response);
        if (status < 300) {
            exchange.services().explanations().accepted(route);
        }
        instead = exchange.keepsData() ? insteadOf(status) : null;
        if (instead != null || mustBeRead(status)) {
            held = new HeldBody();
            armIdle();
        } else {
            relay();
        }
    }

    private boolean mustBeRead(int status) {
        return route.signing().isPresent() && UpstreamErrors.mustBeRead(status);
    }

    /** The answer that stands for this response whatever its body says, where data is kept; or null. */
    private LocalResponse insteadOf(int status) {
        int wait = RetryAfter.of(head, exchange.services().clock().instant());
        return switch (status) {
            case 301, 302, 307, 308 -> LocalResponses.redirected(status);
            case 408, 425, 502, 503, 504 -> LocalResponses.unavailable(status, wait);
            case 429 -> route.signing().isPresent() ? null : LocalResponses.throttled(status, "", wait);
            default -> null;
        };
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
            exchange.answer(LocalResponses.tooManyLast());
            return;
        }
        relay = next;
        notes = ResponseNotes.begin(exchange.journal(), forwarding.upstreamPath(), head);
        relay.begin();
    }

    @Override
    public void content(ByteBuf piece) {
        if (relay != null) {
            note(piece);
            relay.content(piece);
            return;
        }
        armIdle();
        if (held.add(piece)) {
            return;
        }
        if (instead != null) {
            said(held.octets());
            exchange.answer(instead);
            return;
        }
        if (error().judge(head, held.octets(), false, this::relayHeld)) {
            return;
        }
        // Too long to be AWS's own, and not that by its beginning.
        relay();
        if (relay != null) {
            ByteBuf soFar = Unpooled.wrappedBuffer(held.octets());
            held = null;
            note(soFar);
            relay.content(soFar);
        }
    }

    /** <em>Borrows</em> {@code piece}. */
    private void note(ByteBuf piece) {
        if (notes != null && relay.isLasting()) {
            // It has no place any more, whose share of the memory the copy is.
            notes = null;
        }
        if (notes != null) {
            notes.content(piece);
        }
    }

    private void endNotes() {
        if (notes != null) {
            if (notes.takesTime()) {
                relay.flush();
            }
            notes.end(secrets());
            notes = null;
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
            endNotes();
            // The place is kept until the client has taken the end of it: places bound what lies in buffers, too.
            relay.complete();
        } else if (instead != null) {
            said(held.octets());
            exchange.answer(instead);
        } else {
            // Whatever is done about it, the agent waits no longer than for a plain answer.
            exchange.limit().run();
            error().judge(head, held.octets(), true, this::relayHeld);
        }
    }

    private void said(byte[] body) {
        ResponseNotes.said(head, body, secrets()).ifPresent(said -> exchange.journal().finding = said);
    }

    private ErrorReply error() {
        return new ErrorReply(exchange, forwarding, route);
    }

    /** Relays what was held: it is the backend's own answer, or the route relays rejections. */
    private void relayHeld(RelayedRejection shown) {
        exchange.releaseBody();
        if (exchange.journal().rejection == null) {
            said(held.octets());
        }
        relay = new ResponseRelay(exchange, null, route, shown.head());
        relay.whole(shown.body());
    }

    @Override
    public void failed(UpstreamFault fault) {
        forwarding.responseEnded();
        if (relay != null) {
            endNotes();
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
            exchange.answer(LocalResponses.upstream(new UpstreamFault(
                    UpstreamFault.Kind.RESPONSE_TIMEOUT, route.upstream() + " stopped within its response")));
        });
    }

    private String requestId(HttpResponse response) {
        String amzn = response.headers().get("x-amzn-requestid");
        String id = amzn != null ? amzn : response.headers().get("x-amz-request-id");
        if (id == null) {
            return null;
        }
        return RequestIds.shown(id, secrets());
    }

    private Secrets secrets() {
        Credentials.Usable credentials = forwarding.attempt().credentials();
        return exchange.services().explanations().secrets(route, credentials == null ? null : credentials.value());
    }
}
