package io.countersign.standin.wire;

import java.io.IOException;

/** Told of every piece of a body that was read; may take its time, which holds the sender back. */
@FunctionalInterface
public interface Pace {
    void took(int bytes) throws IOException;
}
