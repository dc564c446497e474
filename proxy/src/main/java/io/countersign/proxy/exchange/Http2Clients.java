package io.countersign.proxy.exchange;

import io.countersign.proxy.caller.Caller;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that begin with HTTP/2's preface, as all of gRPC does. They get their answer in frames, which few of them show; what to change in
 * their settings is logged, once a minute at most. Safe from any thread.
 */
public final class Http2Clients {
    /** What a client of HTTP/2 reads in its own frames, and may show its user. */
    static final String ADVICE = "HTTP/1.1 is spoken here, not HTTP/2 or gRPC; set OTLP to http/protobuf";

    private static final Logger LOG = LoggerFactory.getLogger(Http2Clients.class);
    private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongAdder count = new LongAdder();
    private final AtomicLong logged = new AtomicLong();
    private final AtomicLong nextLine = new AtomicLong(Long.MIN_VALUE);

    /** Counts the guest if it is such a client, and may call; {@code nowNanos} is on the ticker of the event loops. */
    void look(ClientResponseEncoder encoder, Guest guest, long nowNanos) {
        if (encoder.answersHttp2() && guest.denied().isEmpty()) {
            seen(guest.caller(), nowNanos);
        }
    }

    private void seen(Caller caller, long nowNanos) {
        count.increment();
        long next = nextLine.get();
        if ((next == Long.MIN_VALUE || nowNanos - next >= 0)
                && nextLine.compareAndSet(next, nowNanos + INTERVAL_NANOS)) {
            long seen = count.sum();
            long more = seen - logged.getAndSet(seen) - 1;
            LOG.warn(
                    "client {} speaks HTTP/2 without asking, as gRPC does, and only HTTP/1.1 is taken: set an OTLP exporter to"
                            + " http/protobuf (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf; in the Collector, otlp_http in place"
                            + " of otlp), any other client to HTTP/1.1{}",
                    caller,
                    more > 0 ? " (and " + more + " more such connections since the last such line)" : "");
        }
    }
}
