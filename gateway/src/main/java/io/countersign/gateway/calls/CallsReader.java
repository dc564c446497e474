package io.countersign.gateway.calls;

import io.countersign.gateway.calls.log.CallsBounds;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import java.time.Duration;
import java.util.Optional;

/** Reads {@code calls}. */
public final class CallsReader {
    private static final int MAX_KEEP = 10_000;
    private static final Duration MIN_AGE = Duration.ofHours(1);
    private static final Duration MAX_AGE = Duration.ofDays(3650);
    private static final String MAX_SIZE = "max-size";
    private static final long MIN_BYTES = 1L << 20;
    private static final long MAX_BYTES = 1L << 50;

    private CallsReader() {}

    /** @param calls with its defaults */
    public static CallsConfig read(Section calls, UnknownKeys unknown) {
        int keep = calls.integer("keep", 1, MAX_KEEP);
        Duration age = calls.duration("max-age", MIN_AGE, MAX_AGE);
        long size = calls.size(MAX_SIZE, 0, MAX_BYTES);
        if (size > 0 && size < MIN_BYTES) {
            calls.fault(MAX_SIZE, "is less than 1 MiB, which holds nothing; write 0 to keep no calls on the disk");
        }
        calls.rejectUnknown(unknown);
        return new CallsConfig(keep, size == 0 ? Optional.empty() : Optional.of(new CallsBounds(age, size)));
    }
}
