package io.countersign.proxy.upstream;

import io.countersign.proxy.config.Units;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last addresses of each name, for while nobody can say what they are now: an outage of the resolver is not to become one of
 * everything. Says once when that begins and once when it ends. Safe from any thread.
 *
 * <p>That a name doesn't exist is treated alike: the system's resolver doesn't tell one from the other, and a name that was
 * deleted by mistake is an outage as well. The time bounds it.
 */
final class LastAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(LastAnswers.class);

    /** Names; callers choose some of them. Past it the one that was resolved least recently is forgotten. */
    static final int MAX = 256;

    private final Duration keep;
    private final Ticker ticker;
    private final Map<String, Known> names = new LinkedHashMap<>();

    /** What one name had last. */
    private static final class Known {
        private final List<InetAddress> addresses;
        private final long at;
        private boolean failing;
        private boolean said;

        Known(List<InetAddress> addresses, long at) {
            this.addresses = addresses;
            this.at = at;
        }
    }

    /** @param keep from an answer until it is used no more; zero: answers are not kept */
    LastAnswers(Duration keep, Ticker ticker) {
        this.keep = keep;
        this.ticker = ticker;
    }

    /** A name was resolved. */
    void resolved(String host, List<InetAddress> addresses) {
        if (keep.isZero()) {
            return;
        }
        Known before;
        synchronized (this) {
            // Taken out first, so that it becomes the youngest.
            before = names.remove(host);
            names.put(host, new Known(addresses, ticker.nanoTime()));
            if (names.size() > MAX) {
                names.remove(names.keySet().iterator().next());
            }
        }
        if (before != null && before.said) {
            LOG.info("{} is resolved again; its last answer was {} old", host, Units.text(age(before)));
        }
    }

    /** A name was not resolved, or not in time: from now on its last addresses are used at once, until it is resolved again. */
    synchronized void failed(String host) {
        Known known = names.get(host);
        if (known != null) {
            known.failing = true;
        }
    }

    synchronized boolean isFailing(String host) {
        Known known = names.get(host);
        return known != null && known.failing;
    }

    /** Whether {@link #use} would return some. */
    synchronized boolean has(String host) {
        Known known = names.get(host);
        return known != null && age(known).compareTo(keep) < 0;
    }

    /**
     * The addresses to use in place of an answer; empty when there are none, or only older ones than may be used.
     *
     * @param why there is no answer, for the log
     */
    Optional<List<InetAddress>> use(String host, String why) {
        Known known;
        boolean first;
        boolean tooOld;
        synchronized (this) {
            known = names.get(host);
            if (known == null) {
                return Optional.empty();
            }
            tooOld = age(known).compareTo(keep) >= 0;
            if (tooOld) {
                names.remove(host);
            }
            first = !known.said;
            known.said = true;
        }
        if (tooOld) {
            LOG.warn(
                    "{} has not been resolved for {} (names.last-good), so its last addresses are no longer used: {}",
                    host,
                    Units.text(keep),
                    why);
            return Optional.empty();
        }
        if (first) {
            LOG.warn(
                    "{} can't be resolved: {}; connecting to its last addresses, for up to {} (names.last-good)",
                    host,
                    why,
                    Units.text(keep.minus(age(known))));
        }
        return Optional.of(known.addresses);
    }

    private Duration age(Known known) {
        // Whole seconds, since it is also what people read.
        return Duration.ofSeconds(Duration.ofNanos(ticker.nanoTime() - known.at).toSeconds());
    }
}
