package io.countersign.proxy.config;

/** Reads the bounds of the whole process. */
final class LimitsReader {
    static final long LEAST_BODY = 1;
    /** A body is collected in memory, in arrays, whatever the service would take. */
    static final long MOST_BODY = 1L << 30;

    /** A body that streams is never held as a whole; so large are the largest objects of S3-compatible servers. */
    static final long MOST_STREAMED = 5L << 40;

    private LimitsReader() {}

    static LimitsConfig read(Section limits) {
        LimitsConfig read = new LimitsConfig(
                limits.integer("connections", 1, 100_000),
                limits.integer("in-flight", 1, 100_000),
                limits.size("body", LEAST_BODY, MOST_BODY),
                limits.size("buffered", LEAST_BODY, 64L << 30),
                (int) limits.size("head", 256, 1 << 20),
                (int) limits.size("target", 64, 1 << 20),
                limits.integer("fields", 5, 10_000));
        if (limits.sound() && read.target() >= read.head()) {
            limits.faults()
                    .warn(
                            limits.where("target"),
                            Units.text(read.target()) + " is never reached, since limits.head ("
                                    + Units.text(read.head()) + ") holds the request line and all fields; write less");
        }
        if (limits.sound() && read.body() > read.buffered()) {
            limits.fault(
                    "body",
                    Units.text(read.body()) + " does not fit limits.buffered (" + Units.text(read.buffered())
                            + "), which holds all bodies together; lower the one or raise the other");
        }
        warnOfTinyBody(limits, read.body());
        return read;
    }

    /** {@code body = 10} is ten octets to us, and ten megabytes to whoever forgot the unit. */
    static void warnOfTinyBody(Section limits, long body) {
        if (limits.sound() && body < 1 << 10) {
            limits.faults().warn(limits.where("body"), body + " octets are hardly meant; write a unit, such as 10 MiB");
        }
    }

    /** 0 asks for one for each processor. */
    static int eventLoops(Section limits) {
        int loops = limits.integer("event-loops", 0, 1024);
        return loops == 0 ? Runtime.getRuntime().availableProcessors() : loops;
    }
}
