package io.countersign.proxy.fuzz;

/** A request as it arrived upstream, and what it was answered. Written by its connection's thread, read by the judge. */
final class ArrivedRequest {
    final long number;
    final ParsedHead head;

    /** Null until all of it is here. */
    volatile byte[] body;

    /** Null until it is decided. */
    volatile ShapedAnswer answer;

    /** Whether all of the answer has been written. */
    volatile boolean answered;

    ArrivedRequest(long number, ParsedHead head) {
        this.number = number;
        this.head = head;
    }

    @Override
    public String toString() {
        return "\n  " + number + (body == null ? ", not whole: " : ", body of " + body.length + ": ")
                + Oracle.printable(head.text()) + "\n    answered " + answer + (answered ? "" : ", not to the end");
    }
}
