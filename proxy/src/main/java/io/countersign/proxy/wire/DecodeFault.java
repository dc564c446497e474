package io.countersign.proxy.wire;

/** Why octets are no message. Stackless: a caller's mistake, not ours, and made as often as callers like. */
public final class DecodeFault extends Exception {
    private final Kind kind;

    /** What kind of no it is. */
    public enum Kind {
        MALFORMED,
        START_LINE_TOO_LONG,
        HEAD_TOO_LARGE,
        VERSION
    }

    DecodeFault(Kind kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
    }

    static DecodeFault malformed(String detail) {
        return new DecodeFault(Kind.MALFORMED, detail);
    }

    public Kind kind() {
        return kind;
    }
}
