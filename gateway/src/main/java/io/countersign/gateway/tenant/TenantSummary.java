package io.countersign.gateway.tenant;

import io.countersign.proxy.config.Units;
import io.countersign.proxy.route.RouteConfig.SetHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Says in two lines how each tenant's requests will be treated, for a person to read before starting. */
final class TenantSummary {
    private TenantSummary() {}

    static List<String> lines(TenantsConfig tenants) {
        return tenants.all().stream()
                .flatMap(tenant -> Stream.of(
                        "tenant " + tenant.name() + ": by " + kinds(tenant) + " -> "
                                + String.join(
                                        ", ", tenant.routes().stream().sorted().toList()),
                        "    " + terms(tenant)))
                .toList();
    }

    private static String kinds(TenantConfig tenant) {
        return String.join(
                " and ", tenant.match().criteria().stream().map(Criterion::keys).toList());
    }

    private static String terms(TenantConfig tenant) {
        List<String> terms = new ArrayList<>();
        terms.add(tenant.credentials().map(name -> "credentials " + name).orElse("the routes' credentials"));
        if (!tenant.headers().isEmpty()) {
            terms.add("sets "
                    + String.join(
                            ", ", tenant.headers().stream().map(SetHeader::name).toList()));
        }
        TenantLimits limits = tenant.limits();
        limits.requests().ifPresent(limit -> terms.add(limit.rate() + ", " + limit.burst() + " at once"));
        limits.inFlight().ifPresent(most -> terms.add(most + " in flight"));
        limits.buffered().ifPresent(most -> terms.add(Units.text(most) + " for bodies"));
        limits.daily()
                .ifPresent(daily -> terms.add(
                        Units.text(daily.bytes()) + " a day, " + (daily.enforced() ? "enforced" : "observed")));
        return String.join("; ", terms);
    }
}
