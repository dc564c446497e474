package io.countersign.gateway.console.api;

import io.countersign.gateway.identity.Role;
import java.util.Optional;
import java.util.Set;

/**
 * What one method of a resource does.
 *
 * @param role that the caller's token must have, or one that includes it
 * @param query parameters that it takes; others are refused
 * @param body what it takes in its body
 * @param audited the word under which the console notes in the audit log that it was done; empty where it changes nothing, or notes it
 *     by itself
 * @param action runs on a thread of the console's own, so it may block for a moment
 */
public record Operation(Role role, Set<String> query, Body body, Optional<String> audited, Action action) {
    public Operation {
        query = Set.copyOf(query);
    }

    /**
     * The JSON object that it takes.
     *
     * @param maxBytes 0: it takes no body
     * @param members that the object may have; others are refused
     */
    public record Body(int maxBytes, Set<String> members) {
        static final Body NONE = new Body(0, Set.of());

        public Body {
            members = Set.copyOf(members);
        }
    }

    /** Does it. */
    @FunctionalInterface
    public interface Action {
        /** Answers, or throws what the caller did wrong. */
        Reply run(Call call) throws Problem;
    }

    /** Reads something, for every role. */
    public static Operation read(Action action, String... query) {
        return new Operation(Role.VIEWER, Set.of(query), Body.NONE, Optional.empty(), action);
    }

    /** Changes something, takes no body, and notes it in the audit log by itself. */
    public static Operation change(Role role, Action action) {
        return new Operation(role, Set.of(), Body.NONE, Optional.empty(), action);
    }

    /** The same, with a JSON object for a body. */
    public Operation taking(int maxBytes, String... members) {
        return new Operation(role, query, new Body(maxBytes, Set.of(members)), audited, action);
    }

    /** The same, noted in the audit log by the console once it was done: with that word, whose token it was, and the path. */
    public Operation audited(String word) {
        return new Operation(role, query, body, Optional.of(word), action);
    }
}
