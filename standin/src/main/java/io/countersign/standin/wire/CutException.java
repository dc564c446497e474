package io.countersign.standin.wire;

import java.io.IOException;

/** A commanded end of the connection in the middle of things. */
public final class CutException extends IOException {
    private final Ending ending;

    public CutException(Ending ending) {
        super("cut on command: " + ending, null);
        this.ending = ending;
    }

    public Ending ending() {
        return ending;
    }
}
