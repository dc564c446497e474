package io.countersign.proxy.settings;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.admin.AdminConfig;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.route.RouteConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole configuration, checked and with every default filled in. Addresses ({@code listeners}, {@code admin}),
 * {@code limits.event-loops} and {@code names} take effect at start only; everything else is swapped on reload.
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

    /** The same with what an extension has read. */
    public ProxyConfig with(ExtensionConfig extension) {
        return new ProxyConfig(listeners, admin, access, limits, credentials, routes, operation.with(extension));
    }

    /** The same, where others may call. */
    public ProxyConfig with(AccessConfig other) {
        return new ProxyConfig(listeners, admin, other, limits, credentials, routes, operation);
    }

    /** The same, where those may not call whom other settings deny. */
    public ProxyConfig denyingAs(ProxyConfig other) {
        return with(access.denyingAs(other.access));
    }

    /** The same with further credentials. */
    public ProxyConfig with(Map<String, CredentialsConfig> further) {
        Map<String, CredentialsConfig> all = new HashMap<>(credentials);
        all.putAll(further);
        return new ProxyConfig(listeners, admin, access, limits, all, routes, operation);
    }

    /** What an extension has read; empty where it is not installed. */
    public <T extends ExtensionConfig> Optional<T> extension(Class<T> type) {
        return operation.extensions().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}
