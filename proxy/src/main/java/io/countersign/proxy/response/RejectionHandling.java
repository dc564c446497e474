package io.countersign.proxy.response;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.rejection.ServerTime;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.secrets.Secrets;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acts on a rejection by AWS: remedy and second attempt, a 503 that agents retry, or relay.
 *
 * <p>A request is sent again only where the rejection proves that no backend saw it, and once at most. Confined to the
 * exchange's event loop.
 */
final class RejectionHandling {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionHandling.class);

    /** By less than this another signature's time is no other time: well within the five minutes that AWS allows. */
    private static final Duration OTHER_TIME = Duration.ofSeconds(60);

    private final Rejection rejection;
    private final HttpResponse head;
    private final byte[] body;
    private final ResponseContext context;
    private final Route.Signing signing;
    private final Attempt.Signed signed;
    private final AttemptListener dispatch;
    private final Consumer<RelayedRejection> relay;
    private final RouteHealth health;
    private final RejectionReport report;

    /** Which credentials a second attempt after a refresh needs. */
    private enum Fresh {
        OTHERS,
        ANY
    }

    /** @param relay what relays a response to the client */
    RejectionHandling(
            Rejection rejection,
            Held response,
            ResponseContext context,
            Attempt.Signed signed,
            AttemptListener dispatch,
            Consumer<RelayedRejection> relay) {
        this.rejection = rejection;
        this.head = response.head();
        this.body = response.body();
        this.context = context;
        this.signing = context.route().signing().orElseThrow();
        this.signed = signed;
        this.dispatch = dispatch;
        this.relay = relay;
        this.health = context.route().health();
        this.report = new RejectionReport(context, signed, rejection, head);
    }

    void act() {
        context.trace().rejected(rejection.cause().label());
        context.trace().found(rejection.message());
        if (dispatch.secondAttempt().isMade()) {
            health.remedyFailed(rejection.cause().label(), signed.credentials().value());
        }
        switch (rejection.cause().remedy()) {
            case REFRESH -> refreshAndResend(Fresh.OTHERS);
            case RESIGN -> refreshAndResend(Fresh.ANY);
            case REFRESH_ONLY -> {
                signing.credentials().refresh(signed.credentials().value());
                giveUp();
            }
            case CORRECT_CLOCK -> correctClock();
            case NONE, GUARD -> giveUp();
            case RELAY -> report.explain(isNews(), this::relay);
        }
    }

    private boolean mayResend() {
        return dispatch.secondAttempt().afterRejection(signed.credentials().value());
    }

    private void refreshAndResend(Fresh needed) {
        if (!mayResend()) {
            // Too late for this request, of which a streamed body has gone, but not for the next one.
            signing.credentials().refresh(signed.credentials().value());
            giveUp();
            return;
        }
        signing.credentials()
                .refresh(signed.credentials().value())
                .whenComplete((found, error) -> context.client()
                        .channel()
                        .eventLoop()
                        .execute(context.client().guarded(() -> refreshed(found, needed))));
    }

    /** @param found null when fetching failed, which is as good as no other credentials */
    private void refreshed(Credentials found, Fresh needed) {
        if (found instanceof Credentials.Usable usable
                && (needed == Fresh.ANY
                        || !usable.value().equals(signed.credentials().value()))) {
            dispatch.resend(usable);
        } else {
            giveUp();
        }
    }

    private void correctClock() {
        boolean changed = ServerTime.fromDate(
                        head.headers().get(HttpHeaderNames.DATE),
                        signing.clock().uncorrected())
                .map(signing.clock()::learn)
                .orElse(false);
        // Another exchange may have learnt it meanwhile: what counts is that the next signature's time is another.
        Duration apart = Duration.between(signed.at(), signing.clock().now()).abs();
        if ((!changed && apart.compareTo(OTHER_TIME) <= 0) || !mayResend()) {
            giveUp();
        } else if (changed) {
            // Said once for each correction: the request passes now, but the machine's clock needs a person.
            String correction = corrected();
            report.explain(true, () -> {
                LOG.warn("{}", correction);
                dispatch.resend(signed.credentials());
            });
        } else {
            dispatch.resend(signed.credentials());
        }
    }

    private String corrected() {
        long skew = signing.clock().skew().toSeconds();
        String upstream = "upstream " + context.route().upstream();
        if (skew == 0) {
            return upstream + ": the clock is right again; signatures go by it";
        }
        return upstream + ": signatures are made " + Math.abs(skew) + " s " + (skew > 0 ? "later" : "earlier")
                + " than this machine's clock says, until it is right again";
    }

    private void giveUp() {
        health.refused(rejection.cause().label());
        // What is mended by now passes at the next try; what waits for a person must not be hammered.
        boolean remedied = rejection.cause().remedy().mends()
                && health.mayResend(signed.credentials().value());
        int wait = remedied ? 1 : health.longWait(ThreadLocalRandom.current());
        report.explain(isNews(), () -> {
            if (context.request().keepsData()) {
                dispatch.answer(LocalResponses.rejected(rejection, head.status().code(), wait));
            } else {
                relay();
            }
        });
    }

    private boolean isNews() {
        return health.isNews(rejection.cause().label());
    }

    /** A guard's own words, where somebody's guard refused and they can be shown; else a body of our own making. */
    private void relay() {
        Secrets secrets = context.secrets(Optional.of(signed));
        boolean guards = rejection.cause().remedy() == Rejection.Remedy.GUARD
                || rejection.cause().remedy() == Rejection.Remedy.RELAY;
        Optional<RelayedRejection> own = guards ? RelayedRejection.ofGuards(head, body, secrets) : Optional.empty();
        relay.accept(own.orElseGet(() -> RelayedRejection.ofAws(rejection, head, body, signing.service(), secrets)));
    }
}
