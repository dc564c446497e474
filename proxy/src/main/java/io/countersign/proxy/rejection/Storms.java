package io.countersign.proxy.rejection;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Keeps a storm of the same event from filling the log: the first is said at once and in full, those after it are counted,
 * and the count is said each interval.
 *
 * <p>Bounded by {@link #MAX_KEYS}: past it events are said as they come. Safe from any thread.
 */
public final class Storms {
    /** Routes times causes. */
    static final int MAX_KEYS = 4096;

    private final long intervalNanos;
    private final Map<String, Storm> storms = new ConcurrentHashMap<>();

    private static final class Storm {
        private final AtomicLong held = new AtomicLong();
        private volatile long lastNanos;

        Storm(long nanos) {
            lastNanos = nanos;
        }
    }

    /** @param interval how often a count is said */
    public Storms(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    /**
     * Whether an event is to be said in full; if not, it is counted.
     *
     * @param key what makes events the same, such as cause and route
     */
    public boolean isFirst(String key, long nanos) {
        Storm known = storms.get(key);
        if (known == null) {
            if (storms.size() >= MAX_KEYS) {
                return true;
            }
            Storm fresh = new Storm(nanos);
            known = storms.putIfAbsent(key, fresh);
            if (known == null) {
                return true;
            }
        }
        known.lastNanos = nanos;
        known.held.incrementAndGet();
        return false;
    }

    /**
     * Says what was counted since the last call, and forgets what has been quiet for an interval, so that the next such event
     * is said in full again. To be called each interval.
     */
    public void flush(long nanos, Consumer<String> say) {
        storms.forEach((key, storm) -> {
            long held = storm.held.getAndSet(0);
            if (held > 0) {
                say.accept(key + ": " + held + " more in the last "
                        + Duration.ofNanos(intervalNanos).toSeconds() + " s");
            } else if (nanos - storm.lastNanos >= intervalNanos) {
                storms.remove(key, storm);
            }
        });
    }
}
