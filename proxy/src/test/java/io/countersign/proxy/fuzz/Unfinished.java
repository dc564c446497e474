package io.countersign.proxy.fuzz;

/** The bytes end, or the connection does, within a message. */
final class Unfinished extends Exception {
    Unfinished() {
        super("ended within a message", null, false, false);
    }
}
