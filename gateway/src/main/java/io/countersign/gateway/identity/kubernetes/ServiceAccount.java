package io.countersign.gateway.identity.kubernetes;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service account of a cluster. */
public record ServiceAccount(String namespace, String name) {
    private static final Pattern SUBJECT = Pattern.compile(
            "system:serviceaccount:([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?):([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)");

    /** Reads the subject of a token; empty where it is somebody else, or names what a cluster can't have. */
    static Optional<ServiceAccount> ofSubject(String subject) {
        Matcher matcher = SUBJECT.matcher(subject);
        return matcher.matches()
                ? Optional.of(new ServiceAccount(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** {@code payments/agent}. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
