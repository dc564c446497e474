package io.countersign.gateway.tenant;

import io.countersign.proxy.admission.Terms;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.route.RouteConfig.SetHeader;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** On which terms each tenant's requests go on, worked out once for a configuration. */
final class TenantTerms {
    private TenantTerms() {}

    /** By the tenants' names. */
    static Map<String, Terms> of(TenantsConfig tenants) {
        Set<String> names = new TreeSet<>();
        tenants.all().forEach(tenant -> names.addAll(namesOf(tenant.headers())));
        Map<String, Terms> terms = new HashMap<>();
        tenants.all().forEach(tenant -> terms.put(tenant.name(), of(tenant, names)));
        return terms;
    }

    /**
     * A field that one tenant's requests are known by is no other client's to send, also where its own tenant sets no such field.
     *
     * @param names of the fields of all tenants, lower case
     */
    private static Terms of(TenantConfig tenant, Set<String> names) {
        Set<String> removed = new TreeSet<>(names);
        removed.removeAll(namesOf(tenant.headers()));
        Terms terms = Terms.OF_THE_ROUTE
                .onlyRoutes(tenant.routes())
                .setting(tenant.headers())
                .removing(removed.toArray(String[]::new))
                .attributedTo(Attribution.ofTenant(tenant.name()));
        return tenant.credentials().map(terms::signedWith).orElse(terms);
    }

    private static Set<String> namesOf(List<SetHeader> fields) {
        Set<String> names = new TreeSet<>();
        fields.forEach(field -> names.add(field.name().toLowerCase(Locale.ROOT)));
        return names;
    }
}
