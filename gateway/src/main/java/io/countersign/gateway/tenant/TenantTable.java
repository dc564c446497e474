package io.countersign.gateway.tenant;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the tenants whose match a caller fits. Those that name tokens are found by the token, so that many cost no more than few. */
final class TenantTable {
    /** By a token's name, those that may have it. */
    private final Map<String, List<TenantConfig>> byToken = new HashMap<>();

    /** To be looked through for every caller. */
    private final List<TenantConfig> others = new ArrayList<>();

    TenantTable(List<TenantConfig> all) {
        for (TenantConfig tenant : all) {
            Optional<IdentityCriterion> identities =
                    tenant.match().criterion(Criterion.Kind.IDENTITY).map(IdentityCriterion.class::cast);
            identities.ifPresent(known -> known.tokens()
                    .forEach(token -> byToken.computeIfAbsent(token, name -> new ArrayList<>())
                            .add(tenant)));
            if (identities.isEmpty() || !identities.get().accounts().isEmpty()) {
                others.add(tenant);
            }
        }
    }

    /** In order of appearance, but those found by a token come first. */
    List<TenantConfig> of(Caller caller) {
        List<TenantConfig> found = new ArrayList<>(1);
        caller.identity()
                .filter(identity -> identity.kind() == Identity.Kind.TOKEN)
                .map(identity -> byToken.getOrDefault(identity.name(), List.of()))
                .ifPresent(named -> add(named, caller, found));
        add(others, caller, found);
        return found;
    }

    private static void add(List<TenantConfig> from, Caller caller, List<TenantConfig> to) {
        for (TenantConfig tenant : from) {
            // One with tokens and service accounts may be in both.
            if (tenant.match().fits(caller) && !to.contains(tenant)) {
                to.add(tenant);
            }
        }
    }
}
