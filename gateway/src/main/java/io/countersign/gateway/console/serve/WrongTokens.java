package io.countersign.gateway.console.serve;

import io.countersign.proxy.net.IpAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts requests with a wrong token, and logs one line a minute at most, however many come. Confined to the console's event loop; the
 * count may be read from any thread.
 */
final class WrongTokens {
    private static final Logger LOG = LoggerFactory.getLogger(WrongTokens.class);
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final AtomicLong all = new AtomicLong();
    private long logged;
    private long lastNanos;

    void came(Optional<InetAddress> peer) {
        long count = all.incrementAndGet();
        long now = System.nanoTime();
        if (logged == 0 || now - lastNanos >= PAUSE_NANOS) {
            LOG.warn(
                    "console: {} requests with a wrong token, the last from {}",
                    count - logged,
                    peer.map(address -> IpAddress.of(address).toString()).orElse("its Unix socket"));
            logged = count;
            lastNanos = now;
        }
    }

    /** Since start. */
    long count() {
        return all.get();
    }
}
