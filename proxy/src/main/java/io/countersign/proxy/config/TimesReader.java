package io.countersign.proxy.config;

import java.time.Duration;
import java.util.Map;

/** Reads the times of a route, and those of the whole process: the end of it, and its log. */
final class TimesReader {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(1);

    private TimesReader() {}

    static RouteTimes read(Section times, UnknownKeys unknown) {
        RouteTimes read = new RouteTimes(
                times.duration("body-idle", SHORTEST, LONGEST),
                times.duration("request", SHORTEST, LONGEST),
                times.duration("connect", SHORTEST, LONGEST),
                times.duration("response-idle", SHORTEST, LONGEST),
                times.duration("event-stream-idle", SHORTEST, Duration.ofHours(24)),
                times.duration("pool-idle", SHORTEST, LONGEST),
                times.duration("pool-max-age", SHORTEST, Duration.ofHours(24)),
                times.duration("wait", SHORTEST, LONGEST));
        if (times.sound() && read.connect().compareTo(read.exchange()) > 0) {
            times.fault(
                    "connect",
                    Units.text(read.connect()) + " is longer than the whole request may take ("
                            + Units.text(read.exchange()) + "); write less");
        }
        times.rejectUnknown(unknown);
        return read;
    }

    static DrainConfig drain(Section drain, UnknownKeys unknown) {
        Duration quiet = drain.duration("quiet", Duration.ZERO, LONGEST);
        Duration max = drain.duration("max", Duration.ZERO, LONGEST);
        Duration refuse = drain.duration("refuse", Duration.ZERO, LONGEST);
        if (drain.sound() && quiet.compareTo(max) > 0) {
            drain.fault(
                    "quiet",
                    Units.text(quiet) + " is longer than drain.max (" + Units.text(max)
                            + "), so it could never pass; write less");
        }
        if (drain.isByDefault("refuse") && refuse.compareTo(max.dividedBy(2)) > 0) {
            // Whoever shortens the whole does not have to know of its parts.
            refuse = max.dividedBy(2);
        }
        if (drain.sound() && refuse.compareTo(max) > 0) {
            drain.fault(
                    "refuse",
                    Units.text(refuse) + " is longer than drain.max (" + Units.text(max)
                            + "), of which it is the last part; write less");
        } else if (drain.sound() && quiet.compareTo(max.minus(refuse)) > 0) {
            drain.faults()
                    .warn(
                            drain.where("quiet"),
                            Units.text(quiet) + " can't pass before requests are refused, " + Units.text(refuse)
                                    + " (drain.refuse) before drain.max (" + Units.text(max)
                                    + "); write less, or raise drain.max");
        }
        drain.rejectUnknown(unknown);
        return new DrainConfig(quiet, max, refuse);
    }

    static LogConfig log(Section log, UnknownKeys unknown) {
        LogConfig.Access access = log.choice(
                "access",
                Map.of(
                        "errors",
                        LogConfig.Access.ERRORS,
                        "sample",
                        LogConfig.Access.SAMPLE,
                        "all",
                        LogConfig.Access.ALL));
        int sample = log.integer("sample", 1, 1_000_000);
        String level = log.choice("level", Map.of("debug", "debug", "info", "info", "warn", "warn", "error", "error"));
        log.rejectUnknown(unknown);
        return new LogConfig(access, sample, level);
    }
}
