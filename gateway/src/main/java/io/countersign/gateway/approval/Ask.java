package io.countersign.gateway.approval;

import java.util.Optional;

/**
 * What is asked for, and by whom.
 *
 * @param route name of the route that the caller wants to use; empty: to call at all, though no list names it
 */
public record Ask(CallerKey caller, Optional<String> route) {
    /** In words: {@code address 10.0.0.7 for route metrics}. */
    @Override
    public String toString() {
        return caller + " for " + route.map(name -> "route " + name).orElse("access");
    }
}
