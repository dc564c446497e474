package io.countersign.proxy.lockout;

import io.countersign.proxy.access.ReloadGuard;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who has called within the last ten minutes and was allowed to; a bounded number of callers. Off until {@link #keepFor} turns it on. A call of a
 * caller that is known costs one look-up, and no write that other event loops would wait for but once in {@link #STALE}. Safe from
 * any thread.
 */
public final class RecentCallers implements ExchangeObserver {
    /** How far back it goes. */
    static final Duration SPAN = Duration.ofMinutes(10);

    /** A caller takes up to a few hundred bytes, with a certificate a few thousand. */
    static final int MAX = 4096;

    private static final long STALE = Duration.ofSeconds(5).toMillis();
    private static final long SWEEP = Duration.ofMinutes(1).toMillis();

    private final Map<Key, Seen> seen = new ConcurrentHashMap<>();
    private final AtomicLong swept = new AtomicLong(Long.MIN_VALUE);
    private volatile boolean on;

    /** What rules tell callers apart by. */
    private record Key(Object origin, Optional<String> certificate) {}

    private static final class Seen {
        private final Caller caller;
        private volatile long millis;

        private Seen(Caller caller, long millis) {
            this.caller = caller;
            this.millis = millis;
        }
    }

    /**
     * A caller.
     *
     * @param last when the last of its calls began
     */
    record Recent(Caller caller, Instant last) {}

    /** Remembers callers from now on, or, with the guard off, forgets them all. */
    public void keepFor(ReloadGuard guard) {
        on = guard != ReloadGuard.OFF;
        if (!on) {
            seen.clear();
        }
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        if (on && exchange.verdict().orElse(null) instanceof Verdict.Allowed) {
            remember(exchange.caller(), exchange.timings().startMillis());
        }
    }

    private void remember(Caller caller, long now) {
        Object origin = caller.origin();
        if (origin == null) {
            return;
        }
        Key key = new Key(origin, caller.certificate().flatMap(ClientCertificate::name));
        Seen known = seen.get(key);
        if (known != null) {
            if (now - known.millis > STALE) {
                known.millis = now;
            }
            return;
        }
        if (seen.size() >= MAX) {
            sweep(now);
        }
        // Several loops may each add one past the bound; that many more are no harm.
        if (seen.size() < MAX) {
            seen.putIfAbsent(key, new Seen(caller, now));
        }
    }

    /** At most once a minute, or a crowd of callers would have each call go through all of them. */
    private void sweep(long now) {
        long before = swept.get();
        if ((before == Long.MIN_VALUE || now - before > SWEEP) && swept.compareAndSet(before, now)) {
            seen.values().removeIf(each -> now - each.millis > SPAN.toMillis());
        }
    }

    /** Those of the ten minutes before {@code now}. */
    List<Recent> before(Instant now) {
        long from = now.minus(SPAN).toEpochMilli();
        return seen.values().stream()
                .filter(each -> each.millis >= from)
                .map(each -> new Recent(each.caller, Instant.ofEpochMilli(each.millis)))
                .toList();
    }

    /** How many it remembers. */
    int size() {
        return seen.size();
    }
}
