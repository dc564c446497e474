package io.countersign.proxy.held;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * For how long an agent keeps data that nobody takes, before it loses some.
 *
 * @param lasts from the first failure; empty where that depends on how much data there is, or is not known
 */
public record Horizon(Kind kind, Optional<Duration> lasts) {
    /** What ends it. */
    public enum Kind {
        /** The age that its write-ahead log may reach. */
        WAL,
        /** The room on its disk. */
        DISK,
        /** The room in its buffer. */
        BUFFER,
        /** It gives up a batch after some time, or after some tries. */
        RETRIES,
        /** It keeps nothing. */
        NONE,
        UNKNOWN;

        /** As in metrics and on the console. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Horizon of(Kind kind, Duration lasts) {
        return new Horizon(kind, Optional.of(lasts));
    }

    static Horizon withoutTime(Kind kind) {
        return new Horizon(kind, Optional.empty());
    }
}
