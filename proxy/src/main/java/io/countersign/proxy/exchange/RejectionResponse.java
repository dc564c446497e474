package io.countersign.proxy.exchange;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.rejection.Redactor;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.rejection.Rejections;
import io.countersign.proxy.rejection.ServerTime;
import io.countersign.proxy.route.Route;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on a response that may be AWS's own no: remedy and resend, a 503 that agents retry, or relay.
 *
 * <p>A request is sent again only where the rejection proves that no backend saw it, and once at most.
 */
final class RejectionResponse {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionResponse.class);

    private final Exchange exchange;
    private final Forwarding forwarding;
    private final Route route;
    private final Route.Signing signing;
    private final Forwarding.Attempt attempt;

    RejectionResponse(Exchange exchange, Forwarding forwarding, Route route) {
        this.exchange = exchange;
        this.forwarding = forwarding;
        this.route = route;
        this.signing = route.signing().orElseThrow();
        this.attempt = forwarding.attempt();
    }

    void judge(HttpResponse head, byte[] body, Consumer<byte[]> relay) {
        int status = head.status().code();
        Optional<Rejection> found = Rejections.classify(
                status, head.headers()::get, body, signing.context().service(), attempt.signedAt());
        byte[] shown = new Redactor(attempt.credentials().keys()).body(body);
        if (found.isEmpty()) {
            relay.accept(shown);
            return;
        }
        Rejection rejection = found.get();
        exchange.journal().rejection = rejection.cause().label();
        exchange.journal().detail = rejection.message();
        Runnable give = () -> giveUp(rejection, status, shown, relay);
        switch (rejection.cause().remedy()) {
            case REFRESH -> refresh(true, false, give);
            case RESIGN -> refresh(true, true, give);
            case REFRESH_ONLY -> {
                signing.credentials().refresh(attempt.credentials().keys());
                give.run();
            }
            case CORRECT_CLOCK -> correctClock(head, give);
            case NONE -> give.run();
            case RELAY -> {
                log(rejection, status);
                relay.accept(shown);
            }
        }
    }

    /** Sends again with other credentials, or, when {@code regardless}, with the same. */
    private void refresh(boolean resend, boolean regardless, Runnable giveUp) {
        if (!resend || !forwarding.mayResend()) {
            giveUp.run();
            return;
        }
        signing.credentials()
                .refresh(attempt.credentials().keys())
                .whenComplete((fresh, error) -> forwarding.onLoop(() -> {
                    if (fresh instanceof Credentials.Usable usable
                            && (regardless
                                    || !usable.keys().equals(attempt.credentials().keys()))) {
                        forwarding.resend(usable);
                    } else {
                        giveUp.run();
                    }
                }));
    }

    private void correctClock(HttpResponse head, Runnable giveUp) {
        boolean changed = ServerTime.fromDate(
                        head.headers().get("date"), signing.clock().uncorrected())
                .map(signing.clock()::learn)
                .orElse(false);
        if (changed) {
            LOG.warn(
                    "upstream {}: its clock is {} s ahead of ours; signatures follow it",
                    route.upstream(),
                    signing.clock().skew().toSeconds());
        }
        // Another exchange may have learnt it meanwhile: what counts is that the next signature's time is another.
        boolean worthIt = signing.clock().now().isAfter(attempt.signedAt().plusSeconds(60))
                || signing.clock().now().isBefore(attempt.signedAt().minusSeconds(60));
        if ((changed || worthIt) && forwarding.mayResend()) {
            forwarding.resend(attempt.credentials());
        } else {
            giveUp.run();
        }
    }

    private void giveUp(Rejection rejection, int status, byte[] shown, Consumer<byte[]> relay) {
        log(rejection, status);
        if (route.keepsData()) {
            exchange.answer(Answers.rejected(rejection, status));
        } else {
            relay.accept(shown);
        }
    }

    private void log(Rejection rejection, int status) {
        LOG.warn(
                "route {}: request {} rejected by AWS: {} ({} {}): {}",
                route.name(),
                exchange.journal().requestId,
                rejection.cause().label(),
                status,
                rejection.errorType(),
                rejection.message());
    }
}
