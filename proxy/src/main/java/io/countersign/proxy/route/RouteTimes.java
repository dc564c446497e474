package io.countersign.proxy.route;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.upstream.ConnectionTimes;
import java.time.Duration;

/**
 * The times of one route.
 *
 * @param bodyIdle no byte of the request body while we read, past it 408; or taken by the upstream while it streams, past it 504
 * @param exchange waiting, credentials, every attempt, until the response head; past it 504, or 503 if nothing was sent
 * @param responseIdle no byte of the response body; past it the response is cut
 * @param eventStreamIdle the same for {@code text/event-stream}
 * @param await how long a request may wait for memory for its body and for a place upstream; past it 503
 */
public record RouteTimes(
        Duration bodyIdle,
        Duration exchange,
        Duration responseIdle,
        Duration eventStreamIdle,
        Duration await,
        WebSocketTimes webSocket,
        ConnectionTimes connection) {
    private static final Duration MIN = Duration.ofMillis(10);
    private static final Duration MAX = Duration.ofHours(1);

    /** Of the section {@code timeouts}. */
    public static RouteTimes read(Section timeouts, UnknownKeys unknown) {
        RouteTimes times = new RouteTimes(
                timeouts.duration("body-idle", MIN, MAX),
                timeouts.duration("request", MIN, MAX),
                timeouts.duration("response-idle", MIN, MAX),
                timeouts.duration("event-stream-idle", MIN, Duration.ofHours(24)),
                timeouts.duration("wait", MIN, MAX),
                WebSocketTimes.read(timeouts),
                ConnectionTimes.read(timeouts));
        Duration connect = times.connection().connect();
        if (timeouts.sound() && connect.compareTo(times.exchange()) > 0) {
            timeouts.fault(
                    "connect",
                    Units.text(connect) + " is longer than the whole request may take (" + Units.text(times.exchange())
                            + "); write less");
        }
        timeouts.rejectUnknown(unknown);
        return times;
    }
}
