package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import java.util.Optional;

/**
 * All that is known of one call when it is over, for logs and metrics. No part is a secret.
 *
 * @param id ours, 16 hex digits
 * @param verdict empty when no whole request came
 * @param route name; empty when none matched or none was looked for
 */
public record ExchangeRecord(
        String id,
        Caller caller,
        Optional<Verdict> verdict,
        Optional<String> route,
        RequestLine request,
        Outcome outcome,
        Timings timings) {

    /**
     * What was asked for; empty where the head was not readable.
     *
     * @param path without query
     * @param queryNames names of the query's parameters joined by {@code &}, values left out
     */
    public record RequestLine(Optional<String> method, Optional<String> path, Optional<String> queryNames) {}

    /**
     * What became of it.
     *
     * @param requestBytes of the body, read from the client
     * @param error Proxy-Status error token (RFC 9209) of a response of our own or of a cut relay; empty when all went well
     * @param detail one sentence on what went wrong; empty when all went well
     */
    public record Outcome(
            long requestBytes,
            Response response,
            Optional<String> error,
            Optional<String> detail,
            UpstreamResult upstream) {}

    /**
     * What the client got.
     *
     * @param status 0 when it got no status line (it went away, or was cut off before)
     * @param own whether the response was made here rather than relayed
     * @param bytes of the body, written to the client
     * @param complete whether the client got all of it, as far as our socket knows
     */
    public record Response(int status, boolean own, long bytes, boolean complete) {}

    /**
     * How the request fared upstream; but for the attempts, this is about the last one.
     *
     * @param attempts how many times the request was sent
     * @param status 0 when there was no response
     * @param requestId the upstream's
     * @param rejection label of the rejection by AWS
     * @param credentials name of those that it was signed with
     */
    public record UpstreamResult(
            int attempts,
            int status,
            Optional<String> requestId,
            Optional<String> rejection,
            Optional<String> credentials,
            Optional<String> accessKeyId,
            Items items) {}

    /** Samples, records or documents that the upstream says it took, and refused within a response that is 2xx as a whole. */
    public record Items(long accepted, long refused) {}

    /**
     * How long it took; nanoseconds, -1 where a phase was not reached.
     *
     * @param startMillis wall clock, milliseconds since the epoch
     * @param waiting for a place in flight and for memory for the body
     * @param body reading the request body
     * @param credentials waiting for them
     * @param connect waiting for an upstream connection, all attempts
     * @param firstByte from the last attempt's write until its response head
     * @param total from the request's first line to the end
     */
    public record Timings(
            long startMillis, long waiting, long body, long credentials, long connect, long firstByte, long total) {}
}
