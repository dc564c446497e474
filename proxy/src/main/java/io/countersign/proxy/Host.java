package io.countersign.proxy;

import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.state.StateFolder;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

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

    /** When the process started to listen, or is about to. */
    Instant started();

    /** The folder of {@code state.dir}, which is open once in a process; empty where there was none at the start. */
    Optional<StateFolder> state();

    Clock clock();
}
