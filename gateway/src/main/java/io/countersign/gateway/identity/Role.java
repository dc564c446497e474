package io.countersign.gateway.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a token lets its holder do in the console; each role includes those before it. */
public enum Role {
    /** Reads. */
    VIEWER,
    /** Decides on callers that wait for approval. */
    APPROVER,
    /** Changes how the gateway acts. */
    ADMIN;

    /** Whether the holder may do what takes the other role. */
    public boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** As it is written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role that is written so. */
    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }

    /** All of them as they are written, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", "));
    }
}
