package io.countersign.gateway.lifecycle;

import java.util.Locale;

/** How far a route's life has come. */
public enum State {
    /** It answers only the callers that it names; for all others it is not there. */
    DRAFT,
    LIVE,
    /** It answers, and says that it will not forever. */
    DEPRECATED,
    /** It answers no more. */
    RETIRED;

    /** As in settings, logs and metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
