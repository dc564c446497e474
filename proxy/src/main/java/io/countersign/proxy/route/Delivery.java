package io.countersign.proxy.route;

/**
 * How long a request may take, and what happens when something goes wrong that is not its sender's doing.
 *
 * @param failure what an agent is answered then
 * @param replaySafe the upstream tolerates the same request twice, so a connection lost after sending may be retried
 * @param webSocket whether a request may become a WebSocket
 * @param logFailed characters of a failed response's body that the access log shows
 */
public record Delivery(
        RouteTimes timeouts, FailureConfig failure, boolean replaySafe, boolean webSocket, int logFailed) {}
