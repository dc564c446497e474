package io.countersign.proxy.response;

import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.rejection.RequestIds;
import io.countersign.proxy.rejection.ServerTime;
import io.countersign.proxy.rejection.UpstreamErrors;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.proxy.signing.ServiceClock;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One attempt's response: relayed as it comes, or held back while it may be an error of AWS's own.
 *
 * <p>Only such responses are held, and only up to {@link HeldBody#MAX}; all others stream. Confined to the exchange's event
 * loop.
 */
public final class UpstreamResponse implements ResponseListener {
    private final ResponseContext context;
    private final Route route;
    private final Attempt attempt;
    private final AttemptListener dispatch;
    private HttpResponse head;
    private HeldBody held;
    private Optional<LocalResponse> instead = Optional.empty();
    private ResponseRelay relay;
    private Optional<ResponseNotes> notes = Optional.empty();

    public UpstreamResponse(ResponseContext context, Attempt attempt, AttemptListener dispatch) {
        this.context = context;
        this.route = context.route();
        this.attempt = attempt;
        this.dispatch = dispatch;
    }

    @Override
    public void switched(HttpResponse response, Consumer<ChannelHandler> connection) {
        came(response);
        dispatch.switched(response, connection);
    }

    private void came(HttpResponse response) {
        assert isOnLoop();
        head = response;
        dispatch.headCame();
        context.trace().responded(response.status().code(), requestId(response.headers()));
        if (response.status().code() < 400) {
            route.signing().map(Route.Signing::clock).ifPresent(this::confirmClock);
        }
    }

    @Override
    public void head(HttpResponse response) {
        came(response);
        int status = response.status().code();
        if (dispatch.movesOn(status)) {
            return;
        }
        ResponseNotes.written(context, response);
        if (status < 300) {
            context.explanations().accepted(route);
        }
        instead = context.request().keepsData() ? insteadOf(status) : Optional.empty();
        if (instead.isPresent() || (route.signing().isPresent() && UpstreamErrors.mustBeRead(status))) {
            held = new HeldBody();
            awaitMore();
        } else {
            relay();
        }
    }

    /** What takes the place of this response, whatever its body says, where data is kept. */
    private Optional<LocalResponse> insteadOf(int status) {
        int wait = RetryAfter.of(head, context.clock().instant());
        return switch (status) {
            case 301, 302, 307, 308 -> Optional.of(LocalResponses.redirected(status));
            case 408, 425, 502, 503, 504 -> Optional.of(LocalResponses.unavailable(status, wait));
            case 429 ->
                route.signing().isPresent()
                        ? Optional.empty()
                        : Optional.of(LocalResponses.throttled(status, "", wait));
            default -> Optional.empty();
        };
    }

    private void confirmClock(ServiceClock clock) {
        if (clock.isCorrected()) {
            ServerTime.fromDate(head.headers().get(HttpHeaderNames.DATE), clock.uncorrected())
                    .ifPresent(clock::confirm);
        }
    }

    private Optional<String> requestId(HttpHeaders fields) {
        return Optional.ofNullable(fields.get("x-amzn-requestid"))
                .or(() -> Optional.ofNullable(fields.get("x-amz-request-id")))
                .map(id -> RequestIds.shown(id, secrets()));
    }

    private void relay() {
        dispatch.relayBegins(head.status().code());
        ResponseRelay next = ResponseRelay.from(attempt.stream(), context, head);
        if (!next.mayBegin()) {
            dispatch.answer(LocalResponses.tooManyLast());
            return;
        }
        relay = next;
        notes = ResponseNotes.begin(context, head);
        relay.begin();
    }

    @Override
    public void content(ByteBuf piece) {
        if (relay != null) {
            note(piece);
            relay.content(piece);
            return;
        }
        awaitMore();
        if (held.add(piece)) {
            return;
        }
        if (instead.isPresent()) {
            noteSaid();
            dispatch.answer(instead.get());
        } else if (!handleError(false)) {
            // Too long to be AWS's own, and not that by its beginning.
            relay();
            if (relay != null) {
                ByteBuf soFar = Unpooled.wrappedBuffer(held.bytes());
                held = null;
                note(soFar);
                relay.content(soFar);
            }
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
        assert isOnLoop();
        dispatch.responseEnded();
        if (relay != null) {
            endNotes();
            // The place is kept until the client has taken the end of it: places bound what lies in buffers, too.
            relay.complete();
        } else if (instead.isPresent()) {
            noteSaid();
            dispatch.answer(instead.get());
        } else {
            // Whatever is done about it, the agent waits no longer than for a plain response.
            context.client().resumeOwnTime();
            handleError(true);
        }
    }

    @Override
    public void failed(UpstreamFault fault) {
        assert isOnLoop();
        dispatch.responseEnded();
        if (relay != null) {
            endNotes();
            relay.cut(fault.kind().token(), fault.detail());
        } else {
            dispatch.broke(fault);
        }
    }

    private boolean handleError(boolean whole) {
        return new ErrorHandling(context, attempt.signed().orElseThrow(), dispatch, this::relayHeld)
                .handle(new Held(head, held.bytes(), whole));
    }

    /** Relays what was held: it is the application's own response, or the route relays rejections. */
    private void relayHeld(RelayedRejection shown) {
        dispatch.relayBegins(head.status().code());
        if (context.trace().rejection().isEmpty()) {
            noteSaid();
        }
        relay = ResponseRelay.whole(context, shown.head());
        relay.send(shown.body());
    }

    /** <em>Borrows</em> {@code piece}. */
    private void note(ByteBuf piece) {
        if (relay.isLasting()) {
            // It has no place any more, whose share of the memory the copy is.
            notes = Optional.empty();
        }
        notes.ifPresent(noted -> noted.content(piece));
    }

    private void endNotes() {
        if (notes.isPresent()) {
            if (notes.get().takesTime()) {
                relay.flush();
            }
            notes.get().end(secrets());
            notes = Optional.empty();
        }
    }

    private void noteSaid() {
        ResponseNotes.said(context, head, held.bytes(), secrets()).ifPresent(context.trace()::saidOnly);
    }

    private Secrets secrets() {
        return context.secrets(attempt.signed());
    }

    private void awaitMore() {
        context.client()
                .awaitUpstream(
                        route.times().responseIdle(),
                        () -> dispatch.answer(LocalResponses.upstream(new UpstreamFault(
                                UpstreamFault.Kind.RESPONSE_TIMEOUT,
                                route.upstream() + " stopped within its response"))));
    }

    private boolean isOnLoop() {
        return context.client().channel().eventLoop().inEventLoop();
    }

    /** Whether the response's head is here. */
    public boolean hasHead() {
        return head != null;
    }

    /** Whether the client gets this response, so that it can get no other. */
    public boolean hasBegunRelay() {
        return relay != null;
    }

    /** The exchange is over, whichever way: lets go of what was not written. */
    public void release() {
        if (relay != null) {
            relay.release();
        }
    }
}
