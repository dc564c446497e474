package io.countersign.proxy.local;

import java.util.Optional;

/**
 * A response that we make ourselves, before it is written.
 *
 * @param cause why there is one
 * @param detail one sentence that says what, where and what would be right; goes to the client and the log
 * @param statuses what the status is, depending on the caller
 * @param close whether the connection ends with it
 * @param receivedStatus the upstream's status that this response stands for; 0 for none
 * @param allow value of an Allow field; null for none
 * @param approval by what the caller can be approved
 */
public record LocalResponse(
        LocalCause cause,
        String detail,
        Statuses statuses,
        boolean close,
        int receivedStatus,
        String allow,
        Optional<ApprovalRequest> approval) {

    /**
     * The status, depending on the caller.
     *
     * @param elsewhere the status for reads and on routes that relay
     * @param kept the status for a write whose data is to be kept
     * @param retryAfter seconds for Retry-After, where the status is 503 or 429; 0: a short while, spread
     */
    public record Statuses(int elsewhere, int kept, int retryAfter) {}

    /**
     * What a person needs who is to approve the caller.
     *
     * @param number of the request to be approved
     * @param contact whom to ask
     */
    public record ApprovalRequest(long number, Optional<String> contact) {}

    LocalResponse(LocalCause cause, String detail) {
        this(cause, detail, new Statuses(cause.elsewhere(), cause.kept(), 0), false, 0, null, Optional.empty());
    }

    /** The same, and the connection ends with it. */
    public LocalResponse closing() {
        return new LocalResponse(cause, detail, statuses, true, receivedStatus, allow, approval);
    }

    /** With statuses that a setting has chosen. */
    LocalResponse telling(int elsewhere, int kept) {
        return new LocalResponse(
                cause,
                detail,
                new Statuses(elsewhere, kept, statuses.retryAfter),
                close,
                receivedStatus,
                allow,
                approval);
    }

    LocalResponse retryingAfter(int seconds) {
        return new LocalResponse(
                cause,
                detail,
                new Statuses(statuses.elsewhere, statuses.kept, seconds),
                close,
                receivedStatus,
                allow,
                approval);
    }

    LocalResponse standingFor(int upstreamStatus) {
        return new LocalResponse(cause, detail, statuses, close, upstreamStatus, allow, approval);
    }

    LocalResponse allowing(String methods) {
        return new LocalResponse(cause, detail, statuses, close, receivedStatus, methods, approval);
    }

    LocalResponse approvedBy(Optional<ApprovalRequest> request) {
        return new LocalResponse(cause, detail, statuses, close, receivedStatus, allow, request);
    }

    /** The status for a caller, by whether its data is to be kept. */
    public int status(boolean keepsData) {
        return keepsData ? statuses.kept : statuses.elsewhere;
    }
}
