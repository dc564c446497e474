package io.countersign.proxy.config;

import io.countersign.proxy.access.Cidr;
import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.ListEntry;
import java.util.ArrayList;
import java.util.List;

/** What a valid configuration says and can hardly mean. */
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
        if (config.access().rules() instanceof CompiledIpRules rules) {
            warnings.allowed(rules);
            warnings.shadowed(rules);
        }
        config.routes().forEach(warnings::route);
        return List.copyOf(warnings.warnings);
    }

    private void allowed(CompiledIpRules rules) {
        List<ListEntry> allow = rules.allow().orElse(List.of());
        boolean open = config.listeners().stream().anyMatch(listener -> !Hosts.isLoopback(listener.bind().host()));
        if (rules.allow().isPresent() && allow.isEmpty()) {
            add("access", "the allow list is empty, so every caller is denied; write the callers' addresses into it");
        }
        if (open && !allow.isEmpty() && allow.stream().allMatch(e -> within(LOOPBACK, e.cidr()))) {
            add(allow.get(0).rule().source(), "only loopback is allowed, while a listener is open to other machines, all of"
                    + " which are denied; write the callers' addresses, or bind to 127.0.0.1");
        }
        for (ListEntry entry : allow) {
            if (open && entry.cidr().prefix() == 0) {
                add(entry.rule().source(), entry.rule().text() + " allows everyone who can reach the port to act with the"
                        + " proxy's credentials; write the callers' networks");
            }
            if (within(BRIDGES, entry.cidr())) {
                add(entry.rule().source(), entry.rule().text() + " is a container bridge: behind a bridge or NAT every"
                        + " caller has the bridge's address, so this rule cannot tell them apart");
            }
        }
    }

    private void shadowed(CompiledIpRules rules) {
        rules.allowedInVain()
                .forEach((allow, by) -> add(allow.rule().source(), allow.rule().text() + " is denied as a whole by " + by
                        + ", and deny wins; take one of the two out"));
    }

    private void route(RouteConfig route) {
        if (!route.upstream().tls()) {
            add("routes." + route.name() + ".upstream", "is http: the signature and the session token go unencrypted to "
                    + route.upstream().address());
        }
    }

    private static boolean within(List<Cidr> ranges, Cidr cidr) {
        return ranges.stream().anyMatch(range -> range.covers(cidr));
    }

    private void add(String where, String what) {
        warnings.add(new ConfigFault(where, what));
    }
}
