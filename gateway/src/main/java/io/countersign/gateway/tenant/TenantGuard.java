package io.countersign.gateway.tenant;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Head;
import io.countersign.proxy.admission.Terms;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.local.GuardResponses;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the tenant of each request, and lets it go on by that tenant's terms. Where there are tenants, a request is of exactly one: one
 * that fits none is refused like a caller on no list, and one that fits several is refused too.
 *
 * <p>Comes after the guard that finds out who the caller is.
 */
final class TenantGuard implements Guard {
    private final AccessConfig access;
    private final TenantTable tenants;
    private final Map<String, TenantInForce> byName;

    /** @param byName the same tenants as in {@code config} */
    TenantGuard(TenantsConfig config, Map<String, TenantInForce> byName, AccessConfig access) {
        this.access = access;
        this.tenants = new TenantTable(config.all());
        this.byName = byName;
    }

    @Override
    public Ruling judge(Caller caller, Head head) {
        List<TenantConfig> found = tenants.of(caller);
        if (found.isEmpty()) {
            // A browser never shows who it is when it asks what it may send; such a request goes nowhere.
            return isPreflight(head) ? new Ruling.Pass(Terms.OF_THE_ROUTE) : noTenant();
        }
        if (found.size() > 1) {
            return new Ruling.Refuse(GuardResponses.severalTenants(
                    found.stream().map(TenantConfig::name).sorted().toList()));
        }
        TenantConfig tenant = found.get(0);
        Optional<Verdict.Denied> denial = tenant.rules().denial(caller.address());
        return denial.isPresent()
                ? new Ruling.Refuse(LocalResponses.denied(denial.get(), access))
                : new Ruling.Pass(byName.get(tenant.name()).terms());
    }

    /** What was no preflight after all, or what no route answers as one, is a request of nobody. */
    @Override
    public Ruling judge(Caller caller, Head head, Route route) {
        return caller.tenant().isEmpty() ? noTenant() : new Ruling.Pass(Terms.OF_THE_ROUTE);
    }

    @Override
    public Entry enter(Caller caller, Head head, Route route) {
        return byName.get(caller.tenant().orElseThrow()).enter();
    }

    /** Takes nothing of what the tenant may use, and does not look at what is left of it. */
    @Override
    public Guard forTrials() {
        TenantGuard asked = this;
        return new Guard() {
            @Override
            public Ruling judge(Caller caller, Head head) {
                return asked.judge(caller, head);
            }

            @Override
            public Ruling judge(Caller caller, Head head, Route route) {
                return asked.judge(caller, head, route);
            }
        };
    }

    private Ruling noTenant() {
        return new Ruling.Refuse(GuardResponses.noTenant(access));
    }

    private static boolean isPreflight(Head head) {
        return head.method().equals("OPTIONS")
                && head.fields().contains(HttpHeaderNames.ORIGIN)
                && head.fields().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }
}
