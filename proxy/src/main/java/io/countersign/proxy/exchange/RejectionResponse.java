package io.countersign.proxy.exchange;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.observe.LastRejections;
import io.countersign.proxy.rejection.Explainer;
import io.countersign.proxy.rejection.Redactor;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.rejection.Rejections;
import io.countersign.proxy.rejection.ServerTime;
import io.countersign.proxy.rejection.Signed;
import io.countersign.proxy.route.Route;
import io.countersign.sigv4.Explanation;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Instant;
import java.util.List;
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
        Runnable give = () -> giveUp(rejection, head, shown, relay);
        switch (rejection.cause().remedy()) {
            case REFRESH -> refresh(false, give);
            case RESIGN -> refresh(true, give);
            case REFRESH_ONLY -> {
                signing.credentials().refresh(attempt.credentials().keys());
                give.run();
            }
            case CORRECT_CLOCK -> correctClock(rejection, head, give);
            case NONE -> give.run();
            case RELAY -> {
                log(rejection, status, head);
                relay.accept(shown);
            }
        }
    }

    /** Sends again with other credentials, or, when {@code regardless}, with the same. */
    private void refresh(boolean regardless, Runnable giveUp) {
        if (!forwarding.mayResend()) {
            // Too late for this request, of which a streamed body has gone, but not for the next one.
            signing.credentials().refresh(attempt.credentials().keys());
            giveUp.run();
            return;
        }
        signing.credentials()
                .refresh(attempt.credentials().keys())
                .whenComplete((fresh, error) -> forwarding.onLoop(() -> {
                    if (fresh instanceof Credentials.Usable usable
                            && (regardless
                                    || !usable.keys()
                                            .equals(attempt.credentials().keys()))) {
                        forwarding.resend(usable);
                    } else {
                        giveUp.run();
                    }
                }));
    }

    private void correctClock(Rejection rejection, HttpResponse head, Runnable giveUp) {
        boolean changed = ServerTime.fromDate(
                        head.headers().get(HttpHeaderNames.DATE),
                        signing.clock().uncorrected())
                .map(signing.clock()::learn)
                .orElse(false);
        // Another exchange may have learnt it meanwhile: what counts is that the next signature's time is another.
        Instant next = signing.clock().now();
        boolean worthIt = next.isAfter(attempt.signedAt().plusSeconds(60))
                || next.isBefore(attempt.signedAt().minusSeconds(60));
        if ((changed || worthIt) && forwarding.mayResend()) {
            if (changed) {
                // Said once for each correction: the request passes now, but the machine's clock needs a person.
                log(rejection, head.status().code(), head);
                LOG.warn("{}", corrected());
            }
            forwarding.resend(attempt.credentials());
        } else {
            giveUp.run();
        }
    }

    private String corrected() {
        long skew = signing.clock().skew().toSeconds();
        if (skew == 0) {
            return "upstream " + route.upstream() + ": the clock is right again; signatures go by it";
        }
        return "upstream " + route.upstream() + ": signatures are made " + Math.abs(skew) + " s "
                + (skew > 0 ? "later" : "earlier") + " than this machine's clock says, until it is right again";
    }

    private void giveUp(Rejection rejection, HttpResponse head, byte[] shown, Consumer<byte[]> relay) {
        int status = head.status().code();
        log(rejection, status, head);
        if (route.keepsData()) {
            exchange.answer(Answers.rejected(rejection, status));
        } else {
            relay.accept(shown);
        }
    }

    /** The rejection with what can be found out about it; the request is signed once more to compare each text. */
    private void log(Rejection rejection, int status, HttpResponse head) {
        Explanation ours = forwarding.explain();
        Signed signed = new Signed(
                route.upstream().config().authority(),
                attempt.signedAt(),
                ours.canonicalRequest(),
                ours.stringToSign(),
                attempt.credentials().expiry());
        Instant now = signing.clock().uncorrected();
        Optional<Instant> server = ServerTime.fromDate(head.headers().get(HttpHeaderNames.DATE), now)
                .map(now::plus);
        List<String> findings = Explainer.explain(rejection, signed, server, now);
        String found = String.join("; ", findings);
        boolean told = rejection.message().isEmpty() || found.contains(rejection.message());
        LOG.warn(
                "route {}: request {} rejected by AWS: {} ({}): {}{}",
                route.name(),
                exchange.journal().requestId,
                rejection.cause().label(),
                (status + " " + rejection.errorType()).strip(),
                found,
                told ? "" : "; AWS says: " + rejection.message());
        exchange.journal().detail = found;
        exchange.services()
                .rejections()
                .record(
                        route.name(),
                        new LastRejections.Finding(
                                now,
                                exchange.journal().requestId,
                                rejection.cause().label(),
                                exchange.journal().detail));
    }
}
