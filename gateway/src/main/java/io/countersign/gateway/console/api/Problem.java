package io.countersign.gateway.console.api;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Why a request gets no other answer, in a sentence that says what would be right; becomes problem+json (RFC 9457). */
public final class Problem extends Exception {
    private static final long serialVersionUID = 1;

    private final transient HttpResponseStatus status;

    /** @param detail without a secret; what the client sent may be quoted in it */
    public Problem(HttpResponseStatus status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    public static Problem badRequest(String detail) {
        return new Problem(HttpResponseStatus.BAD_REQUEST, detail);
    }

    public static Problem notFound(String detail) {
        return new Problem(HttpResponseStatus.NOT_FOUND, detail);
    }

    public static Problem conflict(String detail) {
        return new Problem(HttpResponseStatus.CONFLICT, detail);
    }

    public HttpResponseStatus status() {
        return status;
    }
}
