package io.countersign.proxy.held;

import java.time.Instant;
import java.util.Optional;

/**
 * Requests of one sender that failed one after another, each time with the word to keep the data.
 *
 * @param cause of the last one
 * @param since when the first of them came
 * @param last when the last of them came
 */
public record HeldRun(Sender sender, String cause, Instant since, Instant last, long requests) {
    /**
     * Who sends.
     *
     * @param userAgent as it calls itself, cut; empty where it does not
     * @param who the caller: an identity, an address or a user
     * @param route empty where none takes its requests
     */
    public record Sender(
            Agent agent, Optional<String> userAgent, Object who, Optional<String> tenant, Optional<String> route) {}
}
