package io.countersign.proxy.response;

import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.UpstreamFault;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Decides whether a request may be sent a second time: every rule for that is here. It may where nobody can have acted on the
 * first attempt, where acting twice does no harm, and where there is hope that it helps.
 */
public final class SecondAttempt {
    private static final int MAX_ATTEMPTS = 2;

    private final Harm harm;
    private final IntSupplier attempts;
    private final BooleanSupplier bodyIsIntact;
    private final RouteHealth health;

    /**
     * What a request that is sent twice may do.
     *
     * @param idempotent by its method (RFC 9110 section 9.2.2)
     * @param replaySafe its upstream tolerates it twice: the route's {@code replay-safe}
     * @param hostsApplications behind its service is somebody's application, which may have written any response and so have
     *     acted on the request
     */
    record Harm(boolean idempotent, boolean replaySafe, boolean hostsApplications) {
        static Harm of(Route route, boolean idempotent) {
            boolean applications = route.signing()
                    .map(signing -> AwsServices.of(signing.service()).hostsApplications())
                    .orElse(true);
            return new Harm(idempotent, route.isReplaySafe(), applications);
        }
    }

    /**
     * @param idempotent by the request's method
     * @param attempts made so far, at this upstream
     * @param bodyIsIntact whether all of the request's body is still here
     */
    public SecondAttempt(Route route, boolean idempotent, IntSupplier attempts, BooleanSupplier bodyIsIntact) {
        this(Harm.of(route, idempotent), attempts, bodyIsIntact, route.health());
    }

    SecondAttempt(Harm harm, IntSupplier attempts, BooleanSupplier bodyIsIntact, RouteHealth health) {
        this.harm = harm;
        this.attempts = attempts;
        this.bodyIsIntact = bodyIsIntact;
        this.health = health;
    }

    /**
     * After the connection broke before any response: on a pooled one the upstream may have closed it before the request came,
     * on a new one it has most probably read it.
     *
     * @param pooled whether the connection had been idle before
     */
    public boolean afterBreak(UpstreamFault.Kind fault, boolean pooled) {
        return fault == UpstreamFault.Kind.CONNECTION_TERMINATED
                && (pooled || harm.replaySafe())
                && (harm.idempotent() || harm.replaySafe())
                && isLeft();
    }

    /**
     * After a rejection that a remedy may cure. Where an application may have written the response, it proves nothing, so what is
     * not idempotent is left to the agent's own retry, which meets the new credentials or the right clock. And where a remedy
     * has failed, another attempt would only double what the upstream refuses.
     *
     * @param credentials that the rejected attempt was signed with
     */
    boolean afterRejection(Object credentials) {
        return (!harm.hostsApplications() || harm.idempotent()) && isLeft() && health.mayResend(credentials);
    }

    /** Whether a second attempt has been made. */
    boolean isMade() {
        return attempts.getAsInt() >= MAX_ATTEMPTS;
    }

    private boolean isLeft() {
        return attempts.getAsInt() < MAX_ATTEMPTS && bodyIsIntact.getAsBoolean();
    }
}
