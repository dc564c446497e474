package io.countersign.proxy.observe;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last rejection that each route met, with what was found out about it: what a person who asks "why 403" wants to read
 * first. Bounded by the routes that there ever were; safe from any thread.
 */
public final class LastRejections {
    private final Map<String, Finding> byRoute = new ConcurrentHashMap<>();

    /**
     * One rejection.
     *
     * @param cause label, as in metrics and the access log
     * @param signer whose signature it was
     * @param finding in words, without a secret
     */
    public record Finding(Instant at, String requestId, String cause, Signer signer, String finding) {}

    /**
     * Whose signature it was; neither part is a secret.
     *
     * @param credentials their name in the configuration
     */
    public record Signer(String credentials, String accessKeyId) {}

    public void record(String route, Finding finding) {
        byRoute.put(route, finding);
    }

    public Optional<Finding> of(String route) {
        return Optional.ofNullable(byRoute.get(route));
    }
}
