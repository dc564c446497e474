package io.countersign.proxy.fuzz;

/** Bytes that no strict parser takes for a message. */
final class Malformed extends Exception {
    Malformed(String what) {
        super(what, null, false, false);
    }
}
