package io.countersign.standin.wire;

import java.io.IOException;

/** A request past one of API Gateway's size limits. */
public final class RequestTooLargeException extends IOException {

    /** Which part was too large. */
    public enum Part {
        HEAD,
        BODY
    }

    private final Part part;

    public RequestTooLargeException(Part part, long limit) {
        super("the " + part.name().toLowerCase(java.util.Locale.ROOT) + " is over its limit of " + limit + " bytes");
        this.part = part;
    }

    public Part part() {
        return part;
    }
}
