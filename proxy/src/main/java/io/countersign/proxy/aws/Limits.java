package io.countersign.proxy.aws;

import io.countersign.proxy.aws.Preset.Patience;

/** The part of a row that says what the service limits, and where it takes its time. 0 bytes: no limit known. */
record Limits(int head, long body, Patience patience) {
    static final Limits NONE = new Limits(0, 0, Patience.USUAL);

    static final long MIB = 1 << 20;

    static Limits body(long bytes) {
        return new Limits(0, bytes, Patience.USUAL);
    }

    Limits head(int bytes) {
        return new Limits(bytes, body, patience);
    }

    Limits patience(Patience longer) {
        return new Limits(head, body, longer);
    }
}
