package io.countersign.proxy.config;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.access.CompiledIpRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads where to listen, and refuses addresses that collide, or that are open to callers nobody chose. */
final class ListenersReader {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration MAX_AGE = Duration.ofDays(365);

    private final ConfigObject defaults;
    private final UnknownKeys unknown;

    ListenersReader(ConfigObject defaults, UnknownKeys unknown) {
        this.defaults = defaults;
        this.unknown = unknown;
    }

    /** Where each address was written goes with it, for {@link #check}. */
    record Bound(HostPort bind, String where) {}

    List<ListenerConfig> read(Section root, List<Bound> bound) {
        List<ListenerConfig> listeners = new ArrayList<>();
        for (Section each : root.sections("listeners")) {
            Section listener = each.withDefaults(defaults);
            Optional<HostPort> bind = bind(listener, bound);
            Duration head = listener.duration("head-timeout", SHORTEST, LONGEST);
            Duration idle = listener.duration("keep-alive-idle", SHORTEST, Duration.ofHours(24));
            Duration age = listener.duration("max-connection-age", SHORTEST, MAX_AGE);
            listener.rejectUnknown(unknown);
            bind.ifPresent(to -> listeners.add(new ListenerConfig(to, head, idle, age, listener.where("bind"))));
        }
        if (listeners.isEmpty() && root.sound() && !root.faults().any()) {
            root.fault("listeners", "is empty, so nobody could call; write [{ bind = \"127.0.0.1:8005\" }]");
        }
        return listeners;
    }

    Optional<AdminConfig> admin(Section root, List<Bound> bound) {
        Section admin = root.section("admin");
        Optional<HostPort> bind = bind(admin, bound);
        Set<String> hosts = AccessReader.hosts(admin, "allowed-hosts");
        admin.rejectUnknown(unknown);
        return bind.map(to -> new AdminConfig(to, hosts, admin.where("bind")));
    }

    private static Optional<HostPort> bind(Section section, List<Bound> bound) {
        Optional<Setting> setting = section.text("bind");
        if (setting.isEmpty()) {
            if (!section.has("bind")) {
                section.fault("bind", "is missing; write an address and a port, such as \"127.0.0.1:8005\"");
            }
            return Optional.empty();
        }
        try {
            HostPort bind = Hosts.hostPort(setting.get().text(), 0, -1);
            if (!Hosts.isLiteral(bind.host()) && !bind.host().equals("localhost")) {
                section.fault(
                        "bind",
                        setting.get().quoted() + " is a name, and what a name leads to can change; write"
                                + " the address itself");
                return Optional.empty();
            }
            bound.add(new Bound(bind, setting.get().where()));
            return Optional.of(bind);
        } catch (IllegalArgumentException e) {
            section.fault("bind", e.getMessage());
            return Optional.empty();
        }
    }

    /** Between the addresses, and between addresses and rules. The admin address comes last and may be open: it signs nothing. */
    static void check(List<Bound> bound, boolean withAdmin, CompiledIpRules rules, Faults faults) {
        for (int i = 0; i < bound.size(); i++) {
            Bound one = bound.get(i);
            boolean admin = withAdmin && i == bound.size() - 1;
            for (Bound earlier : bound.subList(0, i)) {
                if (collide(one.bind(), earlier.bind())) {
                    faults.add(
                            one.where(),
                            one.bind() + (admin ? " is the address of a listener" : " is bound twice") + ", set at "
                                    + earlier.where() + "; write another port");
                }
            }
            if (!admin
                    && rules.allow().isEmpty()
                    && !Hosts.isLoopback(one.bind().host())) {
                faults.add(
                        one.where(),
                        one.bind() + " is not loopback: Countersign refuses to listen elsewhere without an"
                                + " allow list; set access.allow or access.allow-files, or bind to 127.0.0.1");
            }
        }
    }

    private static boolean collide(HostPort one, HostPort other) {
        return one.port() == other.port()
                && one.port() != 0
                && (name(one).equals(name(other)) || Hosts.isWildcard(one.host()) || Hosts.isWildcard(other.host()));
    }

    private static String name(HostPort bind) {
        return bind.host().equals("localhost") ? "127.0.0.1" : bind.host();
    }
}
