package io.countersign.gateway.console.resource;

import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.IdleEntries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The entries that change nothing, of all lists. Lists can have a million entries, and each has to be looked at: once a minute at most
 * while the lists stay the same, and by a thread of the console.
 */
final class IdleRules {
    private static final Duration FRESH = Duration.ofMinutes(1);

    private Found found = new Found(null, Instant.MIN, List.of());

    /** @param rules those that were read; null before any were */
    private record Found(CallerRules rules, Instant at, List<IdleEntries> idle) {}

    synchronized List<IdleEntries> of(CallerRules rules, Instant now) {
        if (!rules.equals(found.rules) || found.at.plus(FRESH).isBefore(now)) {
            found = new Found(rules, now, IdleEntries.of(rules, now));
        }
        return found.idle;
    }
}
