package io.countersign.gateway.calls.log;

import java.time.Duration;

/**
 * How much of the log of calls is kept.
 *
 * @param maxAge since the hour in which they ended
 * @param maxBytes on the disk
 */
public record CallsBounds(Duration maxAge, long maxBytes) {
    /** Whoever searches reads whole files, and what is not compressed yet takes up to two of them. */
    private static final long MAX_FILE = 16L << 20;

    private static final int MIN_FILES = 16;

    /** Of a file before it is compressed. */
    long fileBytes() {
        return Math.min(MAX_FILE, maxBytes / MIN_FILES);
    }

    /** Of all but the file that is written to, and the one that is being compressed. */
    long restBytes() {
        return maxBytes - 2 * fileBytes();
    }
}
