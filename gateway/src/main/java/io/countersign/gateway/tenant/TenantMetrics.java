package io.countersign.gateway.tenant;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import java.util.List;

/** Metrics of the tenants in force, read at each scrape: a tenant that is gone leaves no series. */
final class TenantMetrics {
    private final TenantUses uses;

    TenantMetrics(TenantUses uses) {
        this.uses = uses;
    }

    List<Collector> collectors() {
        return List.of(requests(), refusals(), bytes(), inFlight(), buffered(), daily());
    }

    private Collector requests() {
        return CounterWithCallback.builder()
                .name("countersign_tenant_requests_total")
                .help("Calls by tenant, by what the caller is known by, and by outcome.")
                .labelNames("tenant", "caller", "outcome")
                .callback(values -> uses.inForce().forEach((name, tenant) -> {
                    for (CallerKind kind : CallerKind.values()) {
                        for (Outcome outcome : Outcome.values()) {
                            long count = tenant.use().requests(kind, outcome);
                            if (count > 0) {
                                values.call((double) count, name, kind.label(), outcome.label());
                            }
                        }
                    }
                }))
                .build();
    }

    private Collector refusals() {
        return CounterWithCallback.builder()
                .name("countersign_tenant_refusals_total")
                .help("Calls refused by a limit of their tenant.")
                .labelNames("tenant", "limit")
                .callback(values -> uses.inForce().forEach((name, tenant) -> {
                    for (TenantUse.Limit limit : TenantUse.Limit.values()) {
                        values.call((double) tenant.use().refusals(limit), name, limit.label());
                    }
                }))
                .build();
    }

    private Collector bytes() {
        return CounterWithCallback.builder()
                .name("countersign_tenant_bytes_total")
                .help("Body bytes of the tenant's calls, read from clients and written to them.")
                .labelNames("tenant", "direction")
                .callback(values -> uses.inForce().forEach((name, tenant) -> {
                    values.call((double) tenant.use().requestBytes(), name, "request");
                    values.call((double) tenant.use().responseBytes(), name, "response");
                }))
                .build();
    }

    private Collector inFlight() {
        return GaugeWithCallback.builder()
                .name("countersign_tenant_in_flight")
                .help("Calls of the tenant under way.")
                .labelNames("tenant")
                .callback(values -> uses.inForce()
                        .forEach((name, tenant) -> values.call(tenant.use().inFlight(), name)))
                .build();
    }

    private Collector buffered() {
        return GaugeWithCallback.builder()
                .name("countersign_tenant_buffered_bytes")
                .help("Memory reserved for bodies of the tenant's calls.")
                .labelNames("tenant")
                .callback(values -> uses.inForce()
                        .forEach((name, tenant) ->
                                values.call((double) tenant.use().buffered(), name)))
                .build();
    }

    private Collector daily() {
        return GaugeWithCallback.builder()
                .name("countersign_tenant_bytes_per_day_ratio")
                .help("The part of the tenant's bytes of the day that is used; 1 and more: all.")
                .labelNames("tenant")
                .callback(values -> uses.inForce()
                        .forEach((name, tenant) -> tenant.bytes().ifPresent(quota -> values.call(quota.part(), name))))
                .build();
    }
}
