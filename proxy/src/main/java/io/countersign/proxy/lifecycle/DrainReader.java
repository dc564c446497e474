package io.countersign.proxy.lifecycle;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.config.UnknownKeys;
import java.time.Duration;

/** Reads how the process ends. */
public final class DrainReader {
    private static final Duration MAX = Duration.ofHours(1);

    private DrainReader() {}

    public static DrainConfig read(Section drain, UnknownKeys unknown) {
        Duration quiet = drain.duration("quiet", Duration.ZERO, MAX);
        Duration max = drain.duration("max", Duration.ZERO, MAX);
        Duration refuse = drain.duration("refuse", Duration.ZERO, MAX);
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
}
