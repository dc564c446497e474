package io.countersign.proxy.failover;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.config.UnknownKeys;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads when an upstream counts as failed: the section {@code failover} of a route. */
public final class FailoverReader {
    private static final String CONNECT = "connect";
    private static final List<String> STATUSES = List.of("500", "502", "503", "504");
    private static final int MAX_FAILURES = 1000;
    private static final Duration MIN_COOL_DOWN = Duration.ofMillis(100);
    private static final Duration MAX_COOL_DOWN = Duration.ofHours(1);

    private FailoverReader() {}

    public static FailoverConfig read(Section failover, UnknownKeys unknown) {
        Set<Integer> statuses = new HashSet<>();
        boolean connect = false;
        List<Setting> on = failover.texts("on");
        for (Setting one : on) {
            if (one.text().equals(CONNECT)) {
                connect = true;
            } else if (STATUSES.contains(one.text())) {
                statuses.add(Integer.valueOf(one.text()));
            } else {
                failover.fault("on", one.quoted() + " is not one of " + CONNECT + ", " + String.join(", ", STATUSES));
            }
        }
        if (on.isEmpty() && failover.sound()) {
            failover.fault(
                    "on",
                    "is empty, so nothing would count as a failure; write some of connect, 502, 503, 504, or name"
                            + " one upstream alone");
        }
        FailoverConfig config = new FailoverConfig(
                connect,
                statuses,
                failover.integer("failures", 1, MAX_FAILURES),
                failover.duration("cool-down", MIN_COOL_DOWN, MAX_COOL_DOWN));
        failover.rejectUnknown(unknown);
        return config;
    }
}
