package io.countersign.proxy.settings;

import io.countersign.proxy.access.AccessMode;
import io.countersign.proxy.access.CertificateRules;
import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.LeftOut;
import io.countersign.proxy.access.UserRules;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.FewFaults;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.listen.tls.ClientAuth;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.HostPattern;
import io.countersign.proxy.route.Choice;
import io.countersign.proxy.route.RouteConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Warns of what is valid in a configuration but hardly meant. */
final class ConfigWarnings {
    private static final List<Cidr> LOOPBACK = List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));
    /** Docker's and Podman's default bridges, and the pools that Docker takes further ones from. */
    private static final List<Cidr> BRIDGES =
            List.of(Cidr.parse("172.17.0.0/16"), Cidr.parse("172.18.0.0/15"), Cidr.parse("10.88.0.0/16"));

    private final ProxyConfig config;
    private final List<ConfigFault> warnings = new ArrayList<>();

    private ConfigWarnings(ProxyConfig config) {
        this.config = config;
    }

    static List<ConfigFault> of(ProxyConfig config) {
        ConfigWarnings warnings = new ConfigWarnings(config);
        CompiledIpRules rules = config.access().rules().addresses();
        if (config.access().remote().missing().isEmpty()) {
            // Else nobody knows what the lists allow.
            warnings.allowed(rules);
        }
        warnings.shadowed(rules);
        warnings.expired("access.deny", rules.deny());
        rules.allow().ifPresent(allow -> warnings.expired("access.allow", allow));
        warnings.audited(rules);
        warnings.addressless();
        warnings.users(config.access().rules().users());
        warnings.certificates(config.access().rules().certificates());
        config.routes().forEach(warnings::route);
        return List.copyOf(warnings.warnings);
    }

    private void allowed(CompiledIpRules rules) {
        IpList allow = rules.allow().orElseGet(IpList::empty);
        boolean open =
                config.listeners().stream().anyMatch(listener -> listener.bind().isOpen());
        if (rules.allow().isPresent() && allow.isEmpty()) {
            add("access", "the allow list is empty, so every caller is denied; write the callers' addresses into it");
        }
        if (open && !allow.isEmpty() && allow.entries().allMatch(e -> within(LOOPBACK, e.cidr()))) {
            add(
                    allow.entries().findFirst().orElseThrow().rule().source(),
                    "only loopback is allowed, while a listener is open to other machines, all of"
                            + " which are denied; write the callers' addresses, or bind to 127.0.0.1");
        }
        FewWarnings few = new FewWarnings("access.allow");
        allow.entries().forEach(entry -> {
            if (open && entry.cidr().prefix() == 0) {
                few.add(
                        entry.rule().source(),
                        entry.rule().text() + " allows everyone who can reach the port to act with the"
                                + " proxy's credentials; write the callers' networks");
            }
            if (within(BRIDGES, entry.cidr())) {
                few.add(
                        entry.rule().source(),
                        entry.rule().text() + " is a container bridge: behind a bridge or NAT every"
                                + " caller has the bridge's address, so this rule cannot tell them apart");
            }
        });
        few.end();
    }

    private void shadowed(CompiledIpRules rules) {
        FewWarnings few = new FewWarnings("access.allow");
        rules.allowedInVain()
                .forEach(vain -> few.add(
                        vain.entry().rule().source(),
                        vain.entry().rule().text() + " is entirely denied by " + vain.by()
                                + ", and deny wins; remove one of them"));
        few.end();
    }

    private void expired(String where, IpList list) {
        LeftOut leftOut = list.leftOut();
        if (leftOut.expiredCount() > 0) {
            add(
                    where,
                    String.format(
                            Locale.ROOT,
                            "%,d expired entr%s no effect, the first at %s; countersign rules check shows them",
                            leftOut.expiredCount(),
                            leftOut.expiredCount() == 1 ? "y has" : "ies have",
                            leftOut.expired().get(0).rule().source()));
        }
    }

    private void audited(CompiledIpRules rules) {
        if (rules.mode() == AccessMode.AUDIT) {
            add(
                    "access.mode",
                    "is audit: nobody is denied by address or policy, and whoever can reach a listener acts with the proxy's"
                            + " credentials; what would be denied is in the log and in countersign_audit_denied_total."
                            + " Set it to enforce once that shows what you expect");
        }
    }

    /** Rules on addresses where no caller has one. */
    private void addressless() {
        boolean byTcp = config.listeners().stream()
                .anyMatch(listener -> listener.bind().tcp().isPresent());
        CompiledIpRules rules = config.access().rules().addresses();
        Map<String, Boolean> written = new LinkedHashMap<>();
        written.put("access.allow", rules.allow().isPresent());
        written.put("access.deny", !rules.deny().isEmpty());
        written.put("access.trusted-proxies", !config.access().trustedProxies().isEmpty());
        written.forEach((key, set) -> {
            if (set && !byTcp) {
                add(
                        key,
                        "has no effect: callers by a Unix socket have no address, and every listener is one; write"
                                + " access.allow-users or access.deny-users, or add a TCP port");
            }
        });
    }

    private void users(UserRules users) {
        List<Bind.Unix> sockets = config.listeners().stream()
                .map(ListenerConfig::bind)
                .filter(Bind.Unix.class::isInstance)
                .map(Bind.Unix.class::cast)
                .toList();
        if (sockets.isEmpty() && !(users.allow().isEmpty() && users.deny().isEmpty())) {
            add(
                    users.allow().isEmpty() ? "access.deny-users" : "access.allow-users",
                    "has no effect: only callers by a Unix socket have a user, and no listener is one; write"
                            + " bind = \"unix:/path\"");
        }
        for (Bind.Unix socket : sockets) {
            if (socket.takesEverybody() && users.allow().isEmpty()) {
                add(
                        "access",
                        socket + " lets every user of this machine connect and act with the proxy's credentials, by its"
                                + " mode; write mode = \"0660\" and a group, or access.allow-users");
            }
        }
    }

    private void certificates(CertificateRules rules) {
        boolean asked = config.listeners().stream()
                .flatMap(listener -> listener.tls().stream())
                .anyMatch(tls -> tls.clientAuth() != ClientAuth.OFF);
        if (!asked && !rules.entries().isEmpty()) {
            add(
                    rules.choosesCallers() ? "access.allow-certificates" : "access.deny-certificates",
                    "has no effect: no listener asks its clients for a certificate; write"
                            + " tls { client-auth = required } there");
        }
    }

    private void route(RouteConfig route) {
        route.sending()
                .byHost()
                .ifPresent(choice -> add(
                        "routes." + route.name() + ".upstream",
                        "is from-host: callers get requests signed for " + hosts(choice)
                                + ", also in accounts of others; let the identity's policy say which"
                                + " (aws:ResourceAccount), or name one URL"));
        if (route.leavesBucketsOpen()) {
            add(
                    "routes." + route.name() + ".buckets",
                    "is \"*\": callers get requests signed for buckets of strangers too, to which data can leave; name the"
                            + " buckets, or write expected-bucket-owner");
        }
        if (route.sending().standbys().isPresent() && route.delivery().replaySafe()) {
            add(
                    "routes." + route.name() + ".replay-safe",
                    "is true on a route with several upstreams: a request whose first one fails after it was sent goes to the"
                            + " next one too, so two regions may each have a part of a series, or the same data twice; take it"
                            + " out unless the upstreams share their data");
        }
        route.ways().forEach(this::transport);
    }

    private void transport(RouteConfig route) {
        if (!route.upstream().tls()) {
            add(
                    "routes." + route.name() + ".upstream",
                    "is http: the signature and the session token go unencrypted to "
                            + route.upstream().address());
        } else if (!route.upstream().transport().isVerified()) {
            add(
                    "routes." + route.name() + ".tls.verify",
                    "is false: the signature and the session token go to whatever listens on "
                            + route.upstream().address());
        }
    }

    private static String hosts(Choice.ByHost choice) {
        if (!choice.hosts().isEmpty()) {
            return choice.hosts().stream().map(HostPattern::toString).collect(Collectors.joining(", "));
        }
        Set<String> services = choice.services().keySet();
        return services.size() == 1
                ? "any host of " + services.iterator().next()
                : "any host of the services in docs/SERVICES.md";
    }

    private static boolean within(List<Cidr> ranges, Cidr cidr) {
        return ranges.stream().anyMatch(range -> range.covers(cidr));
    }

    private void add(String where, String what) {
        warnings.add(new ConfigFault(where, what));
    }

    /** The first of many that say the same, and how many more there are. */
    private final class FewWarnings {
        private final String where;
        private int count;

        FewWarnings(String where) {
            this.where = where;
        }

        void add(String source, String what) {
            if (++count <= FewFaults.MAX) {
                ConfigWarnings.this.add(source, what);
            }
        }

        void end() {
            if (count > FewFaults.MAX) {
                ConfigWarnings.this.add(
                        where, String.format(Locale.ROOT, "and %,d more warnings like these", count - FewFaults.MAX));
            }
        }
    }
}
