package io.countersign.proxy.rejection;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjLongConsumer;

/**
 * Keeps a storm of the same event on one route from filling the log: the first is said at once and in full, those after it
 * are counted, and the count is said each interval.
 *
 * <p>Bounded by {@link #MAX_CAUSES}: past it events are said as they come. Safe from any thread.
 */
final class Storms {
    /** There are some fifty. */
    static final int MAX_CAUSES = 128;

    private final long intervalNanos;
    private final Map<String, Storm> storms = new ConcurrentHashMap<>();

    private static final class Storm {
        private final AtomicLong counted = new AtomicLong();
        private volatile long lastNanos;

        Storm(long nanos) {
            lastNanos = nanos;
        }
    }

    /** @param interval how often a count is said */
    Storms(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    /**
     * Whether an event is to be said in full; if not, it is counted.
     *
     * @param cause what makes events the same
     */
    boolean isFirst(String cause, long nanos) {
        Storm known = storms.get(cause);
        if (known == null) {
            if (storms.size() >= MAX_CAUSES) {
                return true;
            }
            known = storms.putIfAbsent(cause, new Storm(nanos));
            if (known == null) {
                return true;
            }
        }
        known.lastNanos = nanos;
        known.counted.incrementAndGet();
        return false;
    }

    /**
     * Says what was counted since the last call. To be called each interval.
     *
     * @param over whether what was quiet for an interval is forgotten, so that the next such event is said in full again
     */
    void flush(long nanos, boolean over, ObjLongConsumer<String> say) {
        storms.forEach((cause, storm) -> {
            long counted = storm.counted.getAndSet(0);
            if (counted > 0) {
                say.accept(cause, counted);
            } else if (over && nanos - storm.lastNanos >= intervalNanos) {
                storms.remove(cause, storm);
            }
        });
    }

    /** Whatever comes next is news. */
    void forget() {
        storms.clear();
    }
}
