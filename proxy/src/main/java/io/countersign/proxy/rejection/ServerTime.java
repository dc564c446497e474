package io.countersign.proxy.rejection;

import io.countersign.proxy.wire.HttpDate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a {@code Date} field says of our clock. */
public final class ServerTime {
    private ServerTime() {}

    /**
     * How far the server's clock is ahead of ours (negative: behind); the field has whole seconds, so it can be one second
     * low.
     *
     * @param date the field's value; null if absent
     */
    public static Optional<Duration> fromDate(String date, Instant now) {
        return HttpDate.parse(date).map(server -> Duration.between(now, server));
    }
}
