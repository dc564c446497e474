package io.countersign.proxy.listen;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.NetworkList;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.listen.tls.ClientAuth;
import io.countersign.proxy.listen.tls.ServerTls;
import io.countersign.proxy.listen.tls.ServerTlsReader;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.net.Networks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads where to listen, and refuses addresses that collide, or that are open to callers nobody chose. */
public final class ListenersReader {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration MAX_AGE = Duration.ofDays(365);

    private static final Map<String, Boolean> PROXY_PROTOCOL = Map.of("off", false, "required", true);

    private final ConfigObject defaults;
    private final UnknownKeys unknown;
    private final ServerTlsReader tlsReader;

    public ListenersReader(ConfigObject defaults, UnknownKeys unknown, ServerTlsReader tlsReader) {
        this.defaults = defaults;
        this.unknown = unknown;
        this.tlsReader = tlsReader;
    }

    public List<ListenerConfig> read(Section root, List<BindAddress> bound) {
        List<ListenerConfig> listeners = new ArrayList<>();
        for (Section each : root.sections("listeners")) {
            boolean withTls = each.has("tls");
            Section listener = each.withDefaults(defaults);
            Optional<Bind> bind = bind(listener, bound);
            Duration head = listener.duration("head-timeout", SHORTEST, LONGEST);
            Duration idle = listener.duration("keep-alive-idle", SHORTEST, Duration.ofHours(24));
            Duration age = listener.duration("max-connection-age", SHORTEST, MAX_AGE);
            Optional<Networks> from = proxyProtocol(listener);
            Section tlsSection = listener.section("tls");
            Optional<ServerTls> tls = withTls ? tlsReader.read(tlsSection) : Optional.empty();
            listener.rejectUnknown(unknown);
            bind.ifPresent(to -> {
                refuseSameSocket(listener, to, listeners);
                if (withTls && to instanceof Bind.Unix) {
                    listener.fault("tls", "is for TCP: what a Unix socket carries stays on this machine; take it out");
                }
                listeners.add(new ListenerConfig(to, head, idle, age, from, tls, listener.where("bind")));
            });
        }
        if (listeners.isEmpty() && root.sound() && !root.faults().any()) {
            root.fault("listeners", "is empty, so nobody could call; write [{ bind = \"127.0.0.1:8005\" }]");
        }
        return listeners;
    }

    /** Whose PROXY header is required; empty: there is none to be. */
    private static Optional<Networks> proxyProtocol(Section listener) {
        Boolean required = listener.choice("proxy-protocol", PROXY_PROTOCOL);
        Networks from = NetworkList.read(listener, "proxy-protocol-from");
        boolean named = !listener.texts("proxy-protocol-from").isEmpty();
        if (Boolean.TRUE.equals(required) && !named) {
            listener.fault(
                    "proxy-protocol-from",
                    "is empty, so nobody could connect while proxy-protocol is required; write the addresses of the load"
                            + " balancers, such as [\"10.0.0.0/24\"]");
        } else if (Boolean.FALSE.equals(required) && named) {
            listener.fault(
                    "proxy-protocol-from",
                    "names peers, and no PROXY header is read; write proxy-protocol = required as well, or take it out");
        }
        return Boolean.TRUE.equals(required) ? Optional.of(from) : Optional.empty();
    }

    private static Optional<Bind> bind(Section listener, List<BindAddress> bound) {
        if (UnixBindReader.isUnix(listener)
                && listener.string("proxy-protocol").filter("required"::equals).isPresent()) {
            listener.fault("proxy-protocol", "is for TCP ports, and this is a Unix socket; take it out");
        }
        return BindReader.read(listener, bound);
    }

    private static void refuseSameSocket(Section listener, Bind bind, List<ListenerConfig> earlier) {
        if (bind instanceof Bind.Unix) {
            earlier.stream()
                    .filter(each -> each.bind().toString().equals(bind.toString()))
                    .findFirst()
                    .ifPresent(each -> listener.fault(
                            "bind", bind + " is bound twice, set at " + each.where() + "; write another path"));
        }
    }

    /** Between the addresses, and between addresses and rules. The admin address comes last and may be open: it signs nothing. */
    public static void check(
            List<BindAddress> bound,
            boolean withAdmin,
            CallerRules rules,
            List<ListenerConfig> listeners,
            Faults faults) {
        for (int i = 0; i < bound.size(); i++) {
            BindAddress one = bound.get(i);
            boolean admin = withAdmin && i == bound.size() - 1;
            for (BindAddress earlier : bound.subList(0, i)) {
                if (collide(one.address(), earlier.address())) {
                    faults.add(
                            one.where(),
                            one.address() + (admin ? " is the address of a listener" : " is bound twice") + ", set at "
                                    + earlier.where() + "; write another port");
                }
            }
            if (!admin
                    && rules.addresses().allow().isEmpty()
                    && !isChosenByCertificate(one.address(), listeners, rules)
                    && !Hosts.isLoopback(one.address().host())) {
                faults.add(
                        one.where(),
                        one.address() + " is not loopback: Countersign refuses to listen elsewhere without an"
                                + " allow list; set access.allow or access.allow-files, or access.allow-certificates on a listener"
                                + " with tls.client-auth = required, or bind to 127.0.0.1");
            }
        }
    }

    private static boolean isChosenByCertificate(HostPort bind, List<ListenerConfig> listeners, CallerRules rules) {
        return rules.certificates().choosesCallers()
                && listeners.stream()
                        .filter(each -> each.bind().tcp().filter(bind::equals).isPresent())
                        .allMatch(each -> each.tls()
                                .filter(tls -> tls.clientAuth() == ClientAuth.REQUIRED)
                                .isPresent());
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
