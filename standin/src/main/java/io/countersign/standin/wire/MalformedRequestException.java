package io.countersign.standin.wire;

import java.io.IOException;

/** The bytes are no well-formed request; the message says what is wrong and where. */
public final class MalformedRequestException extends IOException {
    public MalformedRequestException(String message) {
        super(message);
    }
}
