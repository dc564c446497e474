package io.countersign.cli.replay;

import java.util.Optional;

/**
 * What another configuration makes of a call.
 *
 * @param route that would take it
 * @param upstream where it would go
 * @param why what refuses or limits it, in words that are the same for calls that are refused alike
 */
record Judged(Kind kind, Optional<String> route, Optional<String> upstream, String why) {
    /** What would become of it. */
    enum Kind {
        TAKEN,
        /** It would be let through, since {@code access.mode} is audit; enforced, it would be denied. */
        WOULD_DENY,
        REFUSED,
        /** A limit on the size of requests is in its way. */
        LIMITED,
        /** What is needed to judge it is not in the log, or not known here. */
        UNKNOWN
    }

    static Judged unknown(String why) {
        return new Judged(Kind.UNKNOWN, Optional.empty(), Optional.empty(), why);
    }
}
