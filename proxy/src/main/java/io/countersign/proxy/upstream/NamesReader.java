package io.countersign.proxy.upstream;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.secrets.Quoted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code names}. */
public final class NamesReader {
    private static final Map<String, NamesConfig.Kind> KINDS =
            Map.of("system", NamesConfig.Kind.SYSTEM, "dns", NamesConfig.Kind.DNS);
    private static final int DNS_PORT = 53;
    private static final Duration MAX_LAST_GOOD = Duration.ofHours(24);

    private NamesReader() {}

    public static NamesConfig read(Section names, UnknownKeys unknown) {
        NamesConfig.Kind kind = names.choice("resolver", KINDS);
        Set<HostPort> servers = names.parsedAll("servers", NamesReader::server);
        Duration lastGood = names.duration("last-good", Duration.ZERO, MAX_LAST_GOOD);
        if (kind == NamesConfig.Kind.SYSTEM && !servers.isEmpty()) {
            names.fault(
                    "servers",
                    "the system's resolver has its own servers; write names.resolver = dns, or take these out");
        }
        names.rejectUnknown(unknown);
        return new NamesConfig(kind == null ? NamesConfig.Kind.SYSTEM : kind, List.copyOf(servers), lastGood);
    }

    private static HostPort server(String text) {
        HostPort server = Hosts.hostPort(text, 1, DNS_PORT);
        if (!Hosts.isLiteral(server.host())) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " is a name, and names are what it is asked for; write its address, such as 10.0.0.2");
        }
        return server;
    }
}
