package io.countersign.proxy.upstream;

import io.countersign.proxy.net.HostPort;
import java.time.Duration;
import java.util.List;

/**
 * How the names of upstreams become addresses.
 *
 * @param resolver who is asked
 * @param servers address literals of the DNS servers that {@link Kind#DNS} asks; empty: those of {@code /etc/resolv.conf}
 * @param lastGood for how long the last addresses of a name are used while it can't be resolved; zero: not at all
 */
public record NamesConfig(Kind resolver, List<HostPort> servers, Duration lastGood) {
    /** Who is asked. */
    public enum Kind {
        /** The system's resolver, as other programs on this machine ask it. */
        SYSTEM,

        /** DNS servers, by us. */
        DNS
    }

    public NamesConfig {
        servers = List.copyOf(servers);
    }
}
