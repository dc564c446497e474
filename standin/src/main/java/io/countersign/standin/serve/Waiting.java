package io.countersign.standin.serve;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Waiting on command, which ends when the stand-in is closed. */
final class Waiting {
    private Waiting() {}

    static void hold(Duration time) throws IOException {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("closed while waiting").initCause(e);
        }
    }
}
