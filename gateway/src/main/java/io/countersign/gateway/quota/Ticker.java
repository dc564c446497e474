package io.countersign.gateway.quota;

import io.github.bucket4j.TimeMeter;
import java.util.function.LongSupplier;

/** The time as a bucket wants it. */
record Ticker(LongSupplier nanos) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
        return nanos.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
