package io.countersign.proxy;

import io.countersign.proxy.access.ListStatus;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.metrics.ProxyState;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.state.StateFolder;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The running proxy, as an {@link Extension} sees it. Safe from any thread. */
public interface Host {
    /** The proxy's event loops: for short work that never blocks. */
    EventLoopGroup loops();

    /** The configuration in force. */
    ProxyConfig config();

    /** The same, compiled. */
    Snapshot snapshot();

    /** Reads the configuration again, as on SIGHUP; returns before that is done. */
    void reload();

    /** The folder of {@code state.dir}, which is open once in a process; empty where there was none at the start. */
    Optional<StateFolder> state();

    Clock clock();

    /** How it fares. */
    Inside inside();

    /**
     * What metrics, probes and people are shown of the running proxy: each read anew whenever it is asked for.
     *
     * @param started when it began to listen, or is about to
     * @param urls where its listeners listen, as clients write it
     * @param lifecycle whether it is about to end
     * @param state what metrics show that is not counted call by call
     * @param metrics all that is counted
     * @param lists how fetching lists goes
     */
    record Inside(
            Instant started,
            Supplier<List<String>> urls,
            Lifecycle lifecycle,
            ProxyState state,
            Metrics metrics,
            Supplier<List<ListStatus>> lists) {}
}
