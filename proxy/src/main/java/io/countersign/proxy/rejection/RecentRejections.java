package io.countersign.proxy.rejection;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The most recent rejection on each route, with what was found out about it: what a person who asks "why 403" wants to read
 * first. Bounded by the routes that there ever were; safe from any thread.
 */
public final class RecentRejections {
    private final Map<String, Entry> byRoute = new ConcurrentHashMap<>();

    /**
     * One rejection.
     *
     * @param cause label, as in metrics and the access log
     * @param signer whose signature it was
     * @param requestId ours
     * @param finding in words, without a secret
     * @param comparison where the signature is in question
     */
    public record Entry(
            Instant at,
            String requestId,
            String cause,
            Signer signer,
            String finding,
            Optional<Comparison> comparison) {}

    /**
     * Whose signature it was; neither part is a secret.
     *
     * @param credentials their name in the configuration
     */
    public record Signer(String credentials, String accessKeyId) {}

    public void record(String route, Entry entry) {
        byRoute.put(route, entry);
    }

    public Optional<Entry> of(String route) {
        return Optional.ofNullable(byRoute.get(route));
    }
}
