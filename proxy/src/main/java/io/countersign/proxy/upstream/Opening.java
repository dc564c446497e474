package io.countersign.proxy.upstream;

import java.time.Duration;

/** A connection that is to be opened, for whoever opens it. */
interface Opening {
    Upstream upstream();

    /** For finding an address, and for connecting to each address. */
    Duration limit();

    /** Whether another address is worth a try; not once the pool is closed. */
    boolean isWanted();

    /** It is open. This or {@link #failed} is called once, on the loop, in a turn of its own. */
    void opened(UpstreamConnection connection);

    void failed(UpstreamFault fault);
}
