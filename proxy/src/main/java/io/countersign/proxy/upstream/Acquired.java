package io.countersign.proxy.upstream;

/** What asking for a connection came to. */
public sealed interface Acquired {
    /** A connection of the asker's own until its exchange ends. */
    record Got(UpstreamConnection connection) implements Acquired {}

    /** None is to be had. */
    record Failed(UpstreamFault fault) implements Acquired {}
}
