package io.countersign.proxy.listen;

import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts {@link HeaderFault}s, and logs each kind once a minute at most: a scanner must not fill the log. Safe from any thread. */
final class HeaderFaults {
    private static final Logger LOG = LoggerFactory.getLogger(HeaderFaults.class);
    private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<HeaderFault, Tally> tallies = new EnumMap<>(HeaderFault.class);

    /** One kind's count, how much of it was logged, and when the next line may come. */
    private static final class Tally {
        private final LongAdder count = new LongAdder();
        private final AtomicLong logged = new AtomicLong();
        private final AtomicLong nextLine = new AtomicLong(Long.MIN_VALUE);
    }

    HeaderFaults() {
        for (HeaderFault fault : HeaderFault.values()) {
            tallies.put(fault, new Tally());
        }
    }

    void add(HeaderFault fault, Channel channel) {
        Tally tally = tallies.get(fault);
        tally.count.increment();
        long now = channel.eventLoop().ticker().nanoTime();
        long next = tally.nextLine.get();
        if ((next == Long.MIN_VALUE || now - next >= 0) && tally.nextLine.compareAndSet(next, now + INTERVAL_NANOS)) {
            long count = tally.count.sum();
            long more = count - tally.logged.getAndSet(count) - 1;
            LOG.warn(
                    "connection from {} to {} closed: {}{}",
                    text(channel.remoteAddress()),
                    text(channel.localAddress()),
                    fault.advice(),
                    more > 0 ? " (and " + more + " more since the last such line)" : "");
        }
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress known
                ? NetUtil.toSocketAddressString(known)
                : String.valueOf(address);
    }

    long count(HeaderFault fault) {
        return tallies.get(fault).count.sum();
    }
}
