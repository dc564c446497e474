package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import java.util.List;
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
        Request request,
        Outcome outcome,
        Timings timings) {

    /**
     * What was asked for; empty where the head was not readable.
     *
     * @param path without query
     * @param queryNames names of the query's parameters joined by {@code &}, values left out
     * @param userAgent the program that sent it, by its own account; cut where it is long
     * @param traceId of its {@code traceparent} (W3C Trace Context); empty where that is missing or malformed
     */
    public record Request(
            Optional<String> method,
            Optional<String> path,
            Optional<String> queryNames,
            Optional<String> userAgent,
            Optional<String> traceId) {}

    /**
     * What became of it.
     *
     * @param requestBytes of the body, read from the client
     * @param error Proxy-Status error token (RFC 9209) of a response of our own or of a cut relay; empty when all went well
     * @param detail one sentence on what went wrong; empty when all went well
     * @param webSocket how it ended, where it became one; empty for a plain response
     * @param held why the sender was asked to keep its data and to send it again: a cause as in logs; empty when it was not
     */
    public record Outcome(
            long requestBytes,
            Response response,
            Optional<String> error,
            Optional<String> detail,
            Optional<String> held,
            UpstreamResult upstream,
            Optional<WebSocket> webSocket) {
        /** Of a call that stayed one of HTTP. */
        public Outcome(
                long requestBytes,
                Response response,
                Optional<String> error,
                Optional<String> detail,
                Optional<String> held,
                UpstreamResult upstream) {
            this(requestBytes, response, error, detail, held, upstream, Optional.empty());
        }

        /** Whether the client got a retryable response of ours in place of one on which agents drop their data. */
        public boolean keptData() {
            int answered = upstream.answer().status();
            return response.own() && response.status() == 503 && answered >= 400 && answered < 500;
        }
    }

    /**
     * How a WebSocket ended; the bytes that it passed are those of request and response.
     *
     * @param closedBy who ended it first: {@code client}, {@code upstream} or {@code proxy}
     * @param code of the first close frame (RFC 6455 section 7.4); 1005 where it had none, 1006 where there was no close frame
     */
    public record WebSocket(String closedBy, int code) {}

    /**
     * What the client got.
     *
     * @param status 0 when it got no status line (it went away, or was cut off before)
     * @param own whether the response was made here rather than relayed
     * @param bytes of the body, written to the client
     * @param complete whether the client got all of it, as far as our socket knows
     * @param retryAfter seconds after which it is to try again, in a response of our own; 0 where that says nothing of it
     */
    public record Response(int status, boolean own, long bytes, boolean complete, int retryAfter) {
        /** Whether the upstream has taken the request. */
        public boolean isAcknowledged() {
            return !own && status >= 200 && status < 300;
        }
    }

    /**
     * How the request fared upstream; but for the attempts, this is about the last one.
     *
     * @param sent each time that it was sent
     * @param credentials name of those that it was signed with
     * @param said the first characters of an error, on one line and without secrets
     */
    public record UpstreamResult(
            List<Attempt> sent,
            Optional<String> credentials,
            Optional<String> accessKeyId,
            Items items,
            Optional<String> said) {
        /** How many times it was sent. */
        public int attempts() {
            return sent.size();
        }

        /** What the last attempt met. */
        public Answer answer() {
            return sent.isEmpty() ? Answer.NONE : sent.get(sent.size() - 1).answer();
        }
    }

    /**
     * One time that the request was sent; nanoseconds since the request's first line.
     *
     * @param upstream host, and port where it is not the scheme's
     * @param reused whether the connection had been used before
     * @param sent when
     * @param head when the response's head came; -1 where none did
     * @param fault Proxy-Status error token of what broke it off
     */
    public record Attempt(
            String upstream, boolean reused, long sent, long head, Answer answer, Optional<String> fault) {}

    /**
     * What an upstream responded.
     *
     * @param status 0 where there was no response, or what came does not count
     * @param requestId the upstream's
     * @param rejection label of the rejection by AWS
     */
    public record Answer(int status, Optional<String> requestId, Optional<String> rejection) {
        static final Answer NONE = new Answer(0, Optional.empty(), Optional.empty());
    }

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

    /** How long the response took to pass through, from its head to the end; -1 for a response of our own, and without one. */
    public long relayNanos() {
        List<Attempt> sent = outcome.upstream().sent();
        long head = outcome.response().own() || sent.isEmpty()
                ? -1
                : sent.get(sent.size() - 1).head();
        return head < 0 ? -1 : timings.total() - head;
    }
}
