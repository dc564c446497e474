package io.countersign.proxy.response;

import io.countersign.proxy.rejection.Comparison;
import io.countersign.proxy.rejection.Explainer;
import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.rejection.Rejection;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Explains one rejection, away from the event loops: for the log, the access log and the page of rejections. */
final class RejectionReport {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionReport.class);
    private static final int MAX_FINDINGS = 2_000;

    private final ResponseContext context;
    private final Route route;
    private final Attempt.Signed signed;
    private final Rejection rejection;
    private final HttpResponse head;
    private final Secrets secrets;
    private final UpstreamTrace.Signer signer;

    /** @param head of the response */
    RejectionReport(ResponseContext context, Attempt.Signed signed, Rejection rejection, HttpResponse head) {
        this.context = context;
        this.route = context.route();
        this.signed = signed;
        this.rejection = rejection;
        this.head = head;
        this.secrets = context.secrets(Optional.of(signed));
        this.signer = context.trace().signer().orElseThrow();
    }

    /**
     * Runs {@code then} on the exchange's loop, after the rejection has been explained where it is its turn.
     *
     * @param news whether it is logged in full
     */
    void explain(boolean news, Runnable then) {
        Explanations explanations = context.explanations();
        AtomicBoolean gone = new AtomicBoolean();
        Runnable work = () -> {
            String found = found(news);
            goOn(() -> {
                if (!gone.get()) {
                    context.trace().found(found);
                    then.run();
                }
            });
        };
        if (!explanations.explain(route.name(), rejection.cause(), news, work)) {
            // It is explained later, if at all, and the exchange goes on without.
            gone.set(true);
            context.trace().found(explanations.known(route.name(), rejection));
            then.run();
        }
    }

    /** On the exchange's loop; where that has ended, so has the exchange. */
    private void goOn(Runnable task) {
        try {
            context.client().channel().eventLoop().execute(context.client().guarded(task));
        } catch (RejectedExecutionException ended) {
            LOG.debug("route {}: a rejection was explained after its exchange had ended", route.name());
        }
    }

    private String found(boolean news) {
        try {
            return report(signed.explanation(), news);
        } catch (RuntimeException e) {
            LOG.error("route {}: a rejection could not be explained, by a fault of our own", route.name(), e);
            return rejection.message();
        }
    }

    /** @param ours the same request signed once more, to compare each text */
    private String report(Explanation ours, boolean news) {
        Signed made = new Signed(
                route.upstream().authority(),
                signed.at(),
                ours.canonicalRequest(),
                ours.stringToSign(),
                signed.credentials().expiry());
        Instant now = route.signing().orElseThrow().clock().uncorrected();
        Optional<Instant> server = ServerTime.fromDate(head.headers().get(HttpHeaderNames.DATE), now)
                .map(now::plus);
        List<String> findings = Explainer.explain(rejection, made, server, now, secrets);
        String found = secrets.line(String.join("; ", findings), MAX_FINDINGS);
        String said = rejection.message().isEmpty() || found.contains(rejection.message())
                ? ""
                : "; AWS says: " + rejection.message();
        String all = found + said;
        // Before the line, at which a reader turns to the page.
        context.explanations()
                .record(
                        route.name(),
                        new RecentRejections.Entry(
                                now,
                                context.request().id(),
                                rejection.cause().label(),
                                new RecentRejections.Signer(signer.credentials(), signer.accessKeyId()),
                                all,
                                Comparison.of(rejection, made, secrets)));
        if (context.explanations().isToBeSaid(route.name(), rejection.cause(), news, found)) {
            LOG.warn(
                    "route {}: request {} rejected by AWS: {} ({}): {}{} (credentials {}, access key id {})",
                    route.name(),
                    context.request().id(),
                    rejection.cause().label(),
                    (head.status().code() + " " + rejection.errorType()).strip(),
                    found,
                    said,
                    signer.credentials(),
                    signer.accessKeyId());
        }
        return all;
    }
}
