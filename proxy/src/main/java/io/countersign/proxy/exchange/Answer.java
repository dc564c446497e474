package io.countersign.proxy.exchange;

/**
 * An answer of our own, before it is written.
 *
 * @param cause why there is one
 * @param detail one sentence that says what, where and what would be right; goes to the client and the log
 * @param told the status, by who is told
 * @param close whether the connection ends with it
 * @param receivedStatus upstream's status that this answer stands for; 0 for none
 * @param allow value of an Allow field; null for none
 */
public record Answer(AnswerCause cause, String detail, Told told, boolean close, int receivedStatus, String allow) {

    /**
     * What is told to whom.
     *
     * @param elsewhere the status for reads and on routes that relay
     * @param kept the status for a write whose data is to be kept
     * @param retryAfter seconds for Retry-After, where the status is 503; 0: a short while, spread
     */
    record Told(int elsewhere, int kept, int retryAfter) {}

    Answer(AnswerCause cause, String detail) {
        this(cause, detail, new Told(cause.elsewhere(), cause.kept(), 0), false, 0, null);
    }

    Answer closing() {
        return new Answer(cause, detail, told, true, receivedStatus, allow);
    }

    /** With statuses that a setting has chosen. */
    Answer telling(int elsewhere, int kept) {
        return new Answer(cause, detail, new Told(elsewhere, kept, told.retryAfter), close, receivedStatus, allow);
    }

    Answer retryingAfter(int seconds) {
        return new Answer(cause, detail, new Told(told.elsewhere, told.kept, seconds), close, receivedStatus, allow);
    }

    Answer standingFor(int upstreamStatus) {
        return new Answer(cause, detail, told, close, upstreamStatus, allow);
    }

    Answer allowing(String methods) {
        return new Answer(cause, detail, told, close, receivedStatus, methods);
    }

    /** The status for a caller, by whether its data is to be kept. */
    int status(boolean keepsData) {
        return keepsData ? told.kept : told.elsewhere;
    }
}
