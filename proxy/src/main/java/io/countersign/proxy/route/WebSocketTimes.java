package io.countersign.proxy.route;

import io.countersign.proxy.config.Section;
import java.time.Duration;

/**
 * How long a WebSocket may last; past either it is closed with 1001.
 *
 * @param idle without a byte in either direction
 * @param maxAge in all
 */
public record WebSocketTimes(Duration idle, Duration maxAge) {
    private static final Duration MIN = Duration.ofMillis(10);

    /** Of the section {@code timeouts}. */
    static WebSocketTimes read(Section timeouts) {
        return new WebSocketTimes(
                timeouts.duration("websocket-idle", MIN, Duration.ofHours(24)),
                timeouts.duration("websocket-max-age", MIN, Duration.ofDays(7)));
    }
}
