package io.countersign.proxy.lists;

import io.countersign.proxy.access.ListStatus;
import io.countersign.proxy.access.RemoteList;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How fetching one list goes, and when that is said. Safe from any thread. */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    /** The same failure is logged again this often. */
    private static final Duration REPEATED = Duration.ofMinutes(5);

    private final RemoteList list;
    private final Clock clock;
    private Instant lastSuccess;
    private long failures;
    private String failing = "";
    private Instant logged = Instant.EPOCH;

    Progress(RemoteList list, Clock clock) {
        this.list = list;
        this.clock = clock;
    }

    synchronized void succeeded() {
        lastSuccess = clock.instant();
        if (!failing.isEmpty()) {
            LOG.info("list {}: fetched again", list);
        }
        failing = "";
    }

    /** @param inForce what acts instead */
    synchronized void failed(String why, String inForce) {
        failures++;
        Instant now = clock.instant();
        if (!why.equals(failing) || logged.plus(REPEATED).isBefore(now)) {
            LOG.error("list {} not taken: {}; {}", list, why, inForce);
            logged = now;
        }
        failing = why;
    }

    /** Why the last attempt failed; empty when it has not. */
    synchronized Optional<String> failing() {
        return Optional.of(failing).filter(why -> !why.isEmpty());
    }

    synchronized ListStatus status() {
        return new ListStatus(list.shown(), Optional.ofNullable(lastSuccess), failures);
    }
}
