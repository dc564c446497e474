package io.countersign.proxy.settings;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.admin.AdminConfig;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.route.RouteConfig;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration, checked and with every default filled in. Addresses ({@code listeners}, {@code admin}) and
 * {@code limits.event-loops} take effect at start only; everything else is swapped on reload.
 *
 * @param routes in order of appearance; the order decides nothing, the longest path prefix wins
 * @param credentials by the name that routes refer to; always holds {@code default}
 */
public record ProxyConfig(
        List<ListenerConfig> listeners,
        AdminConfig admin,
        AccessConfig access,
        LimitsConfig limits,
        Map<String, CredentialsConfig> credentials,
        List<RouteConfig> routes,
        Operation operation) {

    public ProxyConfig {
        listeners = List.copyOf(listeners);
        credentials = Map.copyOf(credentials);
        routes = List.copyOf(routes);
    }
}
