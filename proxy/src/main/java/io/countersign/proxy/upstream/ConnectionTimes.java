package io.countersign.proxy.upstream;

import io.countersign.proxy.config.Section;
import java.time.Duration;

/**
 * The times of a connection to an upstream.
 *
 * @param connect TCP and TLS together, for each address; past it the next address, then 503
 * @param poolIdle how long an idle connection is kept, jittered downwards
 * @param poolMaxAge from when a connection is opened until it gets no further request, jittered downwards
 */
public record ConnectionTimes(Duration connect, Duration poolIdle, Duration poolMaxAge) {
    private static final Duration MIN = Duration.ofMillis(10);
    private static final Duration MAX = Duration.ofHours(1);
    private static final Duration MAX_AGE = Duration.ofHours(24);

    /** Of the section {@code timeouts}. */
    public static ConnectionTimes read(Section timeouts) {
        return new ConnectionTimes(
                timeouts.duration("connect", MIN, MAX),
                timeouts.duration("pool-idle", MIN, MAX),
                timeouts.duration("pool-max-age", MIN, MAX_AGE));
    }
}
