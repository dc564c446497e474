package io.countersign.proxy.wire;

/** Why bytes are no message. Stackless: a caller's mistake, not ours, and made as often as callers like. */
public final class DecodeFault extends Exception {
    private final Kind kind;

    /** What kind of no it is. */
    public enum Kind {
        MALFORMED,
        START_LINE_TOO_LONG,
        HEAD_TOO_LARGE,
        TOO_MANY_FIELDS,
        BODY_TOO_LARGE,
        VERSION,
        /** The connection preface of HTTP/2 (RFC 9113 section 3.4): its sender reads no answer in HTTP/1.1. */
        HTTP_2,
        /** A fault of the decoder's own, which has said it in the log. */
        INTERNAL
    }

    DecodeFault(Kind kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
    }

    static DecodeFault malformed(String detail) {
        return new DecodeFault(Kind.MALFORMED, detail);
    }

    static DecodeFault tooManyFields(int limit) {
        return new DecodeFault(Kind.TOO_MANY_FIELDS, "over " + limit + " fields");
    }

    public Kind kind() {
        return kind;
    }
}
