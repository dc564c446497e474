package io.countersign.proxy.exchange;

import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.observe.LastRejections;
import io.countersign.proxy.rejection.Explainer;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.rejection.ServerTime;
import io.countersign.proxy.rejection.Signed;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.sigv4.Explanation;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on a response that may be AWS's own no: remedy and resend, a 503 that agents retry, or relay.
 *
 * <p>A request is sent again only where the rejection proves that no backend saw it, and once at most.
 */
final class RejectionResponse {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionResponse.class);
    private static final int MAX_FINDINGS = 2_000;

    private final Exchange exchange;
    private final Forwarding forwarding;
    private final Route route;
    private final Route.Signing signing;
    private final Forwarding.Attempt attempt;
    private final Explanations explanations;
    private final Secrets secrets;
    private final String requestId;
    private final LastRejections.Signer signer;

    RejectionResponse(Exchange exchange, Forwarding forwarding, Route route) {
        this.exchange = exchange;
        this.forwarding = forwarding;
        this.route = route;
        this.signing = route.signing().orElseThrow();
        this.attempt = forwarding.attempt();
        this.explanations = exchange.services().explanations();
        this.secrets = explanations.secrets(route, attempt.credentials().value());
        this.requestId = exchange.journal().requestId;
        this.signer = new LastRejections.Signer(exchange.journal().credentials, exchange.journal().accessKeyId);
    }

    /**
     * Acts on a rejection.
     *
     * @param body of the response, all of it or its beginning
     * @param relay what relays a response
     */
    void judge(Rejection rejection, HttpResponse head, byte[] body, Consumer<RelayedRejection> relay) {
        String service = signing.context().service();
        exchange.journal().rejection = rejection.cause().label();
        exchange.journal().finding = rejection.message();
        Runnable relayed = () -> relay.accept(RelayedRejection.ofAws(rejection, head, body, service, secrets));
        Runnable give = () -> giveUp(rejection, head, relayed);
        if (exchange.journal().attempts > 1) {
            route.state()
                    .health()
                    .remedyFailed(
                            rejection.cause().label(), attempt.credentials().value());
        }
        switch (rejection.cause().remedy()) {
            case REFRESH -> refresh(false, give);
            case RESIGN -> refresh(true, give);
            case REFRESH_ONLY -> {
                signing.credentials().refresh(attempt.credentials().value());
                give.run();
            }
            case CORRECT_CLOCK -> correctClock(rejection, head, give);
            case NONE -> give.run();
            case GUARD ->
                giveUp(
                        rejection,
                        head,
                        () -> relay.accept(RelayedRejection.ofGuards(head, body, secrets)
                                .orElseGet(() -> RelayedRejection.ofAws(rejection, head, body, service, secrets))));
            case RELAY ->
                explained(
                        rejection,
                        head,
                        isNews(rejection),
                        () -> relay.accept(RelayedRejection.ofGuards(head, body, secrets)
                                .orElseGet(() -> RelayedRejection.ofAws(rejection, head, body, service, secrets))));
        }
    }

    /**
     * Whether this very request may go a second time. Behind somebody's application a response proves nothing, so what is not
     * idempotent is left to the agent's own retry, which meets the new credentials or the right clock. And where a remedy has
     * failed, another try would only double what the upstream refuses.
     */
    private boolean mayResend() {
        boolean sure = !AwsServices.of(signing.context().service()).hostsApplications() || forwarding.isIdempotent();
        return sure
                && forwarding.mayResend()
                && route.state().health().mayResend(attempt.credentials().value());
    }

    /** Sends again with other credentials, or, when {@code regardless}, with the same. */
    private void refresh(boolean regardless, Runnable giveUp) {
        if (!mayResend()) {
            // Too late for this request, of which a streamed body has gone, but not for the next one.
            signing.credentials().refresh(attempt.credentials().value());
            giveUp.run();
            return;
        }
        signing.credentials()
                .refresh(attempt.credentials().value())
                .whenComplete((fresh, error) -> forwarding.onLoop(() -> {
                    if (fresh instanceof Credentials.Usable usable
                            && (regardless
                                    || !usable.value()
                                            .equals(attempt.credentials().value()))) {
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
        if ((changed || worthIt) && mayResend()) {
            if (changed) {
                // Said once for each correction: the request passes now, but the machine's clock needs a person.
                String correction = corrected();
                explained(rejection, head, true, () -> {
                    LOG.warn("{}", correction);
                    forwarding.resend(attempt.credentials());
                });
            } else {
                forwarding.resend(attempt.credentials());
            }
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

    private void giveUp(Rejection rejection, HttpResponse head, Runnable relayed) {
        RouteHealth health = route.state().health();
        health.refused(rejection.cause().label());
        // What is mended by now passes at the next try; what waits for a person must not be hammered.
        boolean remedied = rejection.cause().remedy().mends()
                && health.mayResend(attempt.credentials().value());
        int wait = remedied ? 1 : health.longWait(ThreadLocalRandom.current());
        explained(rejection, head, isNews(rejection), () -> {
            if (exchange.keepsData()) {
                exchange.answer(LocalResponses.rejected(rejection, head.status().code(), wait));
            } else {
                relayed.run();
            }
        });
    }

    private boolean isNews(Rejection rejection) {
        return route.state().health().isNews(rejection.cause().label());
    }

    /**
     * Runs {@code then} on the exchange's loop, after the rejection has been explained where it is its turn.
     *
     * @param news whether it is to be said in full
     */
    private void explained(Rejection rejection, HttpResponse head, boolean news, Runnable then) {
        Supplier<Explanation> ours = forwarding.explanation();
        // Of the loop.
        boolean[] done = new boolean[1];
        Runnable work = () -> {
            String found = rejection.message();
            try {
                found = explain(rejection, head, ours.get(), news);
            } catch (RuntimeException e) {
                LOG.error("route {}: a rejection could not be explained, by a fault of our own", route.name(), e);
            }
            String finding = found;
            forwarding.onLoop(() -> {
                if (!done[0]) {
                    exchange.journal().finding = finding;
                    then.run();
                }
            });
        };
        if (!explanations.explain(route.name(), rejection.cause(), news, work)) {
            done[0] = true;
            exchange.journal().finding = explanations.known(route.name(), rejection);
            then.run();
        }
    }

    /**
     * The rejection with what can be found out about it, kept for the page of rejections; not on an event loop.
     *
     * @param ours the same request signed once more, to compare each text
     * @param news whether it is logged, too
     */
    private String explain(Rejection rejection, HttpResponse head, Explanation ours, boolean news) {
        Signed signed = new Signed(
                route.upstream().config().authority(),
                attempt.signedAt(),
                ours.canonicalRequest(),
                ours.stringToSign(),
                attempt.credentials().expiry());
        Instant now = signing.clock().uncorrected();
        Optional<Instant> server = ServerTime.fromDate(head.headers().get(HttpHeaderNames.DATE), now)
                .map(now::plus);
        List<String> findings = Explainer.explain(rejection, signed, server, now, secrets);
        String found = secrets.line(String.join("; ", findings), MAX_FINDINGS);
        String told = rejection.message().isEmpty() || found.contains(rejection.message())
                ? ""
                : "; AWS says: " + rejection.message();
        if (explanations.isToBeSaid(route.name(), rejection.cause(), news, found)) {
            LOG.warn(
                    "route {}: request {} rejected by AWS: {} ({}): {}{} (credentials {}, access key id {})",
                    route.name(),
                    requestId,
                    rejection.cause().label(),
                    (head.status().code() + " " + rejection.errorType()).strip(),
                    found,
                    told,
                    signer.credentials(),
                    signer.accessKeyId());
        }
        String all = found + told;
        explanations.record(
                route.name(),
                new LastRejections.Finding(now, requestId, rejection.cause().label(), signer, all));
        return all;
    }
}
