package io.countersign.gateway.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is known of a token besides its secret: nothing here need be kept from anybody.
 *
 * @param name as logs, metrics and tenants have it
 * @param role what the console lets its holder do; empty: it identifies a caller, and the console doesn't take it
 * @param until when it ends; empty: it doesn't
 */
public record Token(String name, Optional<Role> role, Optional<Instant> until) {
    /** What a name may be; it goes into log lines, metrics and terminals as it is. */
    public static final String NAMES = "1 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /** Whether a token can have that name; one that reads like a token could be shown where no token may be. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.startsWith(TokenSecret.PREFIX);
    }

    public boolean hasEnded(Instant now) {
        return until.isPresent() && !now.isBefore(until.get());
    }
}
