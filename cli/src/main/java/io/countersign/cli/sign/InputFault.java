package io.countersign.cli.sign;

/** What the user gave cannot be signed; the message says what would be right. */
public final class InputFault extends Exception {
    public InputFault(String message) {
        super(message, null, false, false);
    }
}
