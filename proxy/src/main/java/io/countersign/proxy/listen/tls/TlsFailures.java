package io.countersign.proxy.listen.tls;

import io.countersign.proxy.caller.Caller;
import java.nio.channels.ClosedChannelException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts failed handshakes by reason, and logs each reason once a minute at most: whoever reaches the port can cause any number
 * of them. Safe from any thread.
 */
public final class TlsFailures {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFailures.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A client chooses what its certificate says, and with it the JDK's text. */
    private static final int MAX_TEXT = 300;

    private final Map<TlsFailure, Tally> tallies = new EnumMap<>(TlsFailure.class);

    /** Guarded by itself. */
    private static final class Tally {
        private long count;
        private long logged;
        private long loggedNanos;

        /** How many came since the last line with this one, or 0 when it is not to be logged. */
        synchronized long count(long nowNanos) {
            count++;
            if (logged > 0 && nowNanos - loggedNanos < QUIET_NANOS) {
                return 0;
            }
            long since = count - logged;
            logged = count;
            loggedNanos = nowNanos;
            return since;
        }

        synchronized long count() {
            return count;
        }
    }

    public TlsFailures() {
        for (TlsFailure each : TlsFailure.values()) {
            tallies.put(each, new Tally());
        }
    }

    /** Counts one. */
    void failed(String listener, Caller caller, TlsFailure why, Throwable cause, long nowNanos) {
        long since = tallies.get(why).count(nowNanos);
        if (since > 0) {
            LOG.warn(
                    "listener {}: no TLS with {}: {}{}{}",
                    listener,
                    caller,
                    why.what(),
                    text(cause),
                    since > 1 ? "; " + since + " times since the last line of this kind" : "");
        }
    }

    private static String text(Throwable cause) {
        Throwable root = cause;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        String text = root == null ? null : root.getMessage();
        if (text == null || text.isBlank() || root instanceof ClosedChannelException) {
            return "";
        }
        return " (" + (text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text) + ")";
    }

    /** Since start, by {@link TlsFailure#label}. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        tallies.forEach((why, tally) -> counts.put(why.label(), tally.count()));
        return counts;
    }
}
