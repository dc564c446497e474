package io.countersign.proxy;

import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.ListChanges;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a reload has changed, in the words of the log: {@code deny.list +1 -0, route reports added}. */
final class ConfigChanges {
    /** Enough to recognise a change by; a generated configuration may have a thousand routes. */
    private static final int MAX = 20;

    private final List<String> changes = new ArrayList<>();
    private int more;

    private ConfigChanges() {}

    static List<String> between(ProxyConfig before, ProxyConfig after) {
        ConfigChanges found = new ConfigChanges();
        found.lists(before.access().rules().addresses(), after.access().rules().addresses());
        found.routes(before, after);
        found.others(before, after);
        if (found.more > 0) {
            found.changes.add("and " + found.more + " more changes");
        }
        return found.changes;
    }

    private void lists(CompiledIpRules before, CompiledIpRules after) {
        ListChanges.between(list(before), list(after)).forEach(this::add);
        ListChanges.between(before.deny(), after.deny()).forEach(this::add);
        if (before.allow().isPresent() != after.allow().isPresent()) {
            add(after.allow().isPresent() ? "allow list added" : "allow list removed, so that loopback alone may call");
        }
        if (before.mode() != after.mode()) {
            add("access.mode changed");
        }
    }

    private static IpList list(CompiledIpRules rules) {
        return rules.allow().orElseGet(IpList::empty);
    }

    private void routes(ProxyConfig before, ProxyConfig after) {
        Map<String, RouteConfig> old = new HashMap<>();
        before.routes().forEach(route -> old.put(route.name(), route));
        for (RouteConfig route : after.routes()) {
            RouteConfig was = old.remove(route.name());
            if (was == null) {
                add("route " + route.name() + " added");
            } else if (!was.equals(route)) {
                add("route " + route.name() + " changed");
            }
        }
        old.keySet().stream().sorted().forEach(name -> add("route " + name + " removed"));
    }

    private void others(ProxyConfig before, ProxyConfig after) {
        changed("listeners", before.listeners(), after.listeners());
        changed("admin", before.admin(), after.admin());
        changed(
                "access.allowed-hosts",
                before.access().allowedHosts(),
                after.access().allowedHosts());
        changed(
                "access.deny-status",
                before.access().refusals().denied(),
                after.access().refusals().denied());
        changed(
                "access.unlisted-status",
                before.access().refusals().unlisted(),
                after.access().refusals().unlisted());
        changed(
                "access.allow-users or access.deny-users",
                before.access().rules().users(),
                after.access().rules().users());
        changed(
                "access.allow-certificates or access.deny-certificates",
                before.access().rules().certificates().entries(),
                after.access().rules().certificates().entries());
        changed(
                "access.poll or access.allow-shrink",
                before.access().remote().poll() + " " + before.access().remote().allowShrink(),
                after.access().remote().poll() + " " + after.access().remote().allowShrink());
        changed(
                "access.reload-guard",
                before.access().lists().guard(),
                after.access().lists().guard());
        changed(
                "access.trusted-proxies",
                before.access().trustedProxies(),
                after.access().trustedProxies());
        changed("limits", before.limits(), after.limits());
        changed("credentials", before.credentials(), after.credentials());
        changed("drain", before.operation().drain(), after.operation().drain());
        changed(
                "metrics or telemetry",
                before.operation().telemetry(),
                after.operation().telemetry());
        changed("log", before.operation().log(), after.operation().log());
        changed(
                "settings of the gateway",
                before.operation().extensions(),
                after.operation().extensions());
    }

    private void changed(String name, Object before, Object after) {
        if (!before.equals(after)) {
            add(name + " changed");
        }
    }

    private void add(String change) {
        if (changes.size() < MAX) {
            changes.add(change);
        } else {
            more++;
        }
    }
}
