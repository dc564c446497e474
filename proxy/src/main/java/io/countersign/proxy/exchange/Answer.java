package io.countersign.proxy.exchange;

/**
 * An answer of our own, before it is written.
 *
 * @param error Proxy-Status error token (RFC 9209 section 2.3); null for an answer that is no error
 * @param detail one sentence that says what, where and what would be right; goes to the client and the log
 * @param close whether the connection ends with it
 * @param retry whether a Retry-After goes with it
 * @param receivedStatus upstream's status that this answer stands for; 0 for none
 * @param allow value of an Allow field; null for none
 */
public record Answer(
        int status, String error, String detail, boolean close, boolean retry, int receivedStatus, String allow) {

    Answer(int status, String error, String detail) {
        this(status, error, detail, false, false, 0, null);
    }

    Answer closing() {
        return new Answer(status, error, detail, true, retry, receivedStatus, allow);
    }

    Answer retrying() {
        return new Answer(status, error, detail, close, true, receivedStatus, allow);
    }

    Answer standingFor(int upstreamStatus) {
        return new Answer(status, error, detail, close, retry, upstreamStatus, allow);
    }

    Answer allowing(String methods) {
        return new Answer(status, error, detail, close, retry, receivedStatus, methods);
    }
}
