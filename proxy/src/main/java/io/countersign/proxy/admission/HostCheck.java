package io.countersign.proxy.admission;

import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.AskedHost;
import io.countersign.proxy.route.RouteTable;
import java.util.Optional;

/** Whether the host that a request names is one of ours, or one that a route sends to because it is named. */
final class HostCheck {
    private HostCheck() {}

    static AskedHost asked(Head head, Snapshot snapshot) {
        return new AskedHost(
                head.host(), head.authority(), snapshot.access().allowedHosts().contains(head.host()));
    }

    static Optional<LocalResponse> fault(AskedHost host, RouteTable routes) {
        if (host.ours() || routes.sendTo(host)) {
            return Optional.empty();
        }
        return Optional.of(
                routes.haveFromHost()
                        ? LocalResponses.notOfAws(host.authority())
                        : LocalResponses.misdirected(host.name()));
    }

    static LocalResponse noRoute(String path, AskedHost host, RouteTable routes) {
        return routes.haveFromHost() && !routes.sendTo(host)
                ? LocalResponses.noRouteFromHost(path, host.authority())
                : LocalResponses.noRoute(path);
    }
}
