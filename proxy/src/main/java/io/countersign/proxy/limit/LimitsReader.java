package io.countersign.proxy.limit;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Units;
import java.util.OptionalLong;

/**
 * Reads the bounds of the whole process. Those that are {@code auto} follow from its memory, and from how long the address
 * lists are; so they are settled in two steps, before and after the lists are read.
 */
public final class LimitsReader {
    public static final long LEAST_BODY = 1;
    /** A body is collected in memory, in arrays, whatever the service would take. */
    public static final long MOST_BODY = 1L << 30;

    /** A body that streams is never held as a whole; so large are the largest objects of S3-compatible servers. */
    public static final long MOST_STREAMED = 5L << 40;

    /** More would not help a sidecar, and each costs buffers, and a pool of upstream connections that it shares with none. */
    private static final int MAX_LOOPS_BY_DEFAULT = 4;

    private static final String AUTO = "auto";

    private final Section limits;
    private final Memory memory;
    private final int target;
    private final int chunk;
    private final Asked asked;
    private final OptionalLong settledLists;

    /**
     * Reads what the operator asks for.
     *
     * @param preamble what may come before a head, on any listener
     * @param aside what is left to extensions
     * @param lists what address lists may take where nothing is asked for, settled by an earlier load; else empty
     */
    public LimitsReader(Section limits, Memory memory, Preamble preamble, Aside aside, OptionalLong lists) {
        this.limits = limits;
        this.memory = memory;
        target = (int) limits.size("max-target-bytes", 64, 1 << 20);
        chunk = (int) limits.size("chunk", 8 << 10, 16 << 20);
        asked = new Asked(
                number("connections", 1, 100_000),
                number("in-flight", 1, 100_000),
                size("body", LEAST_BODY, MOST_BODY),
                size("buffered", LEAST_BODY, 64L << 30),
                size("lists", 1 << 10, 64L << 30),
                new Asked.Message(
                        (int) limits.size("max-header-bytes", 256, 1 << 20),
                        limits.integer("max-headers", 5, 10_000),
                        eventLoops(
                                limits.integer("event-loops", 0, 1024),
                                Runtime.getRuntime().availableProcessors()),
                        preamble,
                        aside));
        settledLists = asked.lists().isPresent() ? asked.lists() : lists;
    }

    /** 0 asks for one for each processor, up to four. */
    public static int eventLoops(int asked, int processors) {
        return asked > 0 ? asked : Math.min(processors, MAX_LOOPS_BY_DEFAULT);
    }

    private OptionalLong number(String key, int least, int most) {
        return isAuto(key) ? OptionalLong.empty() : OptionalLong.of(limits.integer(key, least, most));
    }

    private OptionalLong size(String key, long least, long most) {
        return isAuto(key) ? OptionalLong.empty() : OptionalLong.of(limits.size(key, least, most));
    }

    private boolean isAuto(String key) {
        return limits.string(key).map(AUTO::equals).orElse(true);
    }

    /** Bytes that the entries of all lists may take. */
    public long roomForLists() {
        return settledLists.isPresent() ? settledLists.getAsLong() / 2 : MemoryPlan.roomForLists(asked, memory);
    }

    /** @param listed bytes that the entries of all lists take */
    public LimitsConfig settle(long listed) {
        MemoryPlan plan = settledLists.isPresent()
                ? MemoryPlan.withLists(asked, memory, settledLists.getAsLong())
                : MemoryPlan.of(asked, memory, listed);
        MessageLimits message = new MessageLimits(
                asked.message().head(),
                target,
                asked.message().fields(),
                chunk,
                asked.message().preamble(),
                asked.message().aside());
        LimitsConfig read = new LimitsConfig(
                (int) plan.connections(),
                (int) plan.inFlight(),
                plan.body(),
                plan.buffered(),
                plan.lists(),
                message,
                asked.message().loops());
        if (limits.sound() && message.maxTargetBytes() >= message.maxHeaderBytes()) {
            limits.faults()
                    .warn(
                            limits.where("max-target-bytes"),
                            Units.text(message.maxTargetBytes()) + " is never reached, since limits.max-header-bytes ("
                                    + Units.text(message.maxHeaderBytes())
                                    + ") holds the request line and all fields; write less");
        }
        if (limits.sound() && read.body() > read.buffered()) {
            limits.fault(
                    "body",
                    Units.text(read.body()) + " does not fit limits.buffered (" + Units.text(read.buffered())
                            + "), which holds all bodies together; lower the one or raise the other");
        }
        warnOfTinyBody(limits, read.body());
        if (limits.sound()) {
            // The proxy itself refuses to start then; what checks a configuration may run on another machine.
            plan.misfit(memory).ifPresent(misfit -> limits.faults().warn(limits.where(), misfit));
            MemoryPlan.warning(memory).ifPresent(tight -> limits.faults().warn(limits.where(), tight));
        }
        return read;
    }

    /** {@code body = 10} is ten bytes to us, and ten megabytes to whoever forgot the unit. */
    public static void warnOfTinyBody(Section limits, long body) {
        if (limits.sound() && body < 1 << 10) {
            limits.faults().warn(limits.where("body"), body + " bytes are hardly meant; write a unit, such as 10 MiB");
        }
    }
}
