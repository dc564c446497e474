package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says again and again that the newest configuration was not taken, until one is: what was said once scrolls away, and whoever looks at the
 * log an hour later sees a proxy that seems to ignore its files. Safe from any thread.
 */
final class StandingRefusal {
    static final Duration AGAIN = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(StandingRefusal.class);

    /** Of a list that is all wrong, the first ones say it. */
    private static final int MAX_FAULTS = 10;

    private final Clock clock;
    private Optional<Refused> refused = Optional.empty();

    private record Refused(Instant since, Instant said, List<ConfigFault> why) {}

    StandingRefusal(Clock clock) {
        this.clock = clock;
    }

    /** That was said a moment ago. */
    synchronized void refused(List<ConfigFault> why) {
        Instant now = clock.instant();
        refused = Optional.of(new Refused(refused.map(Refused::since).orElse(now), now, List.copyOf(why)));
    }

    synchronized void taken() {
        refused = Optional.empty();
    }

    /** To be called several times within {@link #AGAIN}. */
    synchronized void repeat() {
        Instant now = clock.instant();
        if (refused.isEmpty() || now.isBefore(refused.get().said().plus(AGAIN))) {
            return;
        }
        Refused known = refused.get();
        refused = Optional.of(new Refused(known.since(), now, known.why()));
        int count = known.why().size();
        LOG.error(
                "configuration still not taken, since {}; the one before is in force; {}",
                known.since().truncatedTo(ChronoUnit.SECONDS),
                count == 1 ? "its fault:" : "its " + count + " faults:");
        known.why().stream().limit(MAX_FAULTS).forEach(fault -> LOG.error("configuration still not taken: {}", fault));
    }
}
