package io.countersign.gateway.lifecycle;

import java.time.Duration;
import java.time.Instant;

/**
 * Times in which a deprecated route answers 503, so that whoever depends on it notices while agents still keep their data. They are
 * counted from the epoch, so that all replicas have them at the same time, and operators can tell when.
 *
 * @param length of each
 * @param every from the start of one to the start of the next
 */
public record Brownout(Duration length, Duration every) {
    /** Seconds that are left of the one that is on; 0: none is on. */
    long secondsLeft(Instant now) {
        long into = Math.floorMod(now.getEpochSecond(), every.toSeconds());
        return Math.max(0, length.toSeconds() - into);
    }
}
