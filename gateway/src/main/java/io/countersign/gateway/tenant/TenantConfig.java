package io.countersign.gateway.tenant;

import io.countersign.proxy.route.RouteConfig.SetHeader;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One tenant.
 *
 * @param match which requests are its
 * @param rules which of its callers may call
 * @param routes names of those that its requests may take
 * @param credentials name of those that its requests are signed with; empty: each route's own
 * @param headers fields that are set on its requests, in place of what the client sends under these names
 * @param limits how much it may use
 */
public record TenantConfig(
        String name,
        TenantMatch match,
        TenantRules rules,
        Set<String> routes,
        Optional<String> credentials,
        List<SetHeader> headers,
        TenantLimits limits) {
    public TenantConfig {
        routes = Set.copyOf(routes);
        headers = List.copyOf(headers);
    }
}
