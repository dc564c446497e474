package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import java.net.InetAddress;

/**
 * All that is known of one call when it is over. Durations are nanoseconds; -1 means that the phase was not reached.
 *
 * @param startMillis wall clock, milliseconds since the epoch
 * @param requestId ours, 16 hex digits
 * @param client who called; null only when the peer was gone before it was known
 * @param verdict null when the request was refused before the rules were asked (a malformed head)
 * @param route name; null when none matched or none was looked for
 * @param method as sent, or null when the head was not readable
 * @param path without query; null when the head was not readable
 * @param queryNames names of the query's parameters joined by {@code &}, values left out; null when none
 * @param status what the client was answered; 0 when it got no status line (it went away, or was cut off before)
 * @param ownAnswer whether the answer was made here rather than relayed
 * @param error Proxy-Status error token (RFC 9209) of our own answer or of a cut relay; null when all went well
 * @param detail one sentence for the log on what went wrong; null when all went well; never a secret
 * @param rejection label of AWS's rejection that the last attempt met; null when none
 * @param credentials name of the credentials that the last attempt was signed with; null when it was not signed
 * @param accessKeyId theirs, which is no secret; null when it was not signed
 * @param upstreamStatus status of the last attempt's response; 0 when there was none
 * @param upstreamRequestId the response's x-amzn-RequestId (or x-amz-request-id); null when none
 * @param requestBytes body octets read from the client
 * @param responseBytes body octets written to the client
 * @param itemsAccepted samples, records or documents that the upstream says it took, where it says so
 * @param itemsRefused those that it refused within a response that is 2xx as a whole
 * @param complete whether the client got the whole response, as far as our socket knows
 * @param attempts how many times the request was written upstream
 * @param waitNanos waiting for a place in flight and for body budget
 * @param bodyNanos reading the request body
 * @param credentialsNanos waiting for credentials
 * @param connectNanos waiting for an upstream connection, all attempts
 * @param firstByteNanos from the last attempt's write until its response head
 * @param totalNanos from the request's first line to the end
 */
public record ExchangeRecord(
        long startMillis,
        String requestId,
        InetAddress client,
        Verdict verdict,
        String route,
        String method,
        String path,
        String queryNames,
        int status,
        boolean ownAnswer,
        String error,
        String detail,
        String rejection,
        String credentials,
        String accessKeyId,
        int upstreamStatus,
        String upstreamRequestId,
        long requestBytes,
        long responseBytes,
        long itemsAccepted,
        long itemsRefused,
        boolean complete,
        int attempts,
        long waitNanos,
        long bodyNanos,
        long credentialsNanos,
        long connectNanos,
        long firstByteNanos,
        long totalNanos) {}
