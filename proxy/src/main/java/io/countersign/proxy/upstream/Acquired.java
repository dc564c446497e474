package io.countersign.proxy.upstream;

/** What asking for a stream came to. */
public sealed interface Acquired {
    /**
     * A stream of the asker's own.
     *
     * @param pooled whether its connection was idle before: its upstream may be closing it at this very moment
     */
    record Got(UpstreamStream stream, boolean pooled) implements Acquired {}

    /** None is to be had. */
    record Failed(UpstreamFault fault) implements Acquired {}
}
