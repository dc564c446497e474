package io.countersign.proxy.config;

import java.time.Duration;

/**
 * The times of one route.
 *
 * @param bodyIdle no byte of the request body while we read, past it 408; or taken by the upstream while it streams, past it 504
 * @param exchange waiting, credentials, every attempt, until the response head; past it 504, or 503 if nothing was sent
 * @param connect TCP and TLS together, for each address; past it the next address, then 504
 * @param responseIdle no octet of the response body; past it the response is cut
 * @param eventStreamIdle the same for {@code text/event-stream}
 * @param poolIdle how long an idle upstream connection is kept, jittered downwards
 * @param poolMaxAge from when an upstream connection is opened until it gets no further request, jittered downwards
 * @param await how long a request may wait for memory for its body and for a place upstream; past it 503
 */
public record RouteTimes(
        Duration bodyIdle,
        Duration exchange,
        Duration connect,
        Duration responseIdle,
        Duration eventStreamIdle,
        Duration poolIdle,
        Duration poolMaxAge,
        Duration await) {}
