package io.countersign.gateway.tenant;

import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Reading;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.quota.ByteQuota;
import io.countersign.proxy.route.RouteConfig.SetHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** {@code GET /api/v1/tenants}: what each tenant uses, against what it may. The numbers are those of its metrics. */
final class TenantsResource extends Reading {
    private final TenantUses uses;

    TenantsResource(TenantUses uses) {
        super("tenants", Size.LARGE);
        this.uses = uses;
    }

    @Override
    protected Reply read(Call call) {
        return Reply.of(Json.object().list("tenants", new TreeMap<>(uses.inForce()).values(), TenantsResource::write));
    }

    private static void write(Json json, TenantInForce tenant) {
        TenantConfig config = tenant.config();
        TenantLimits limits = config.limits();
        TenantUse use = tenant.use();
        json.with("name", config.name())
                .texts("routes", config.routes().stream().sorted().toList())
                .with("credentials", config.credentials())
                .texts("sets", config.headers().stream().map(SetHeader::name).toList())
                .object("in_flight", part -> part.with("now", use.inFlight()).with("max", number(limits.inFlight())))
                .object(
                        "buffered_bytes",
                        part -> part.with("now", use.buffered()).with("max", number(limits.buffered())));
        limits.requests()
                .ifPresent(limit -> json.object(
                        "rate",
                        part -> part.with("limit", limit.rate().toString()).with("burst", limit.burst())));
        limits.daily()
                .ifPresent(daily -> json.object("bytes_per_day", part -> {
                    part.with("used", tenant.bytes().map(ByteQuota::used))
                            .with("limit", daily.bytes())
                            .with("enforced", daily.enforced());
                    tenant.bytes().ifPresent(quota -> part.number("ratio", quota.part()));
                }));
        json.list(
                        "requests",
                        counts(use),
                        (one, count) -> one.with("caller", count.kind.label())
                                .with("outcome", count.outcome.label())
                                .with("count", count.number))
                .list(
                        "refusals",
                        List.of(TenantUse.Limit.values()),
                        (one, limit) -> one.with("limit", limit.label()).with("count", use.refusals(limit)))
                .with("request_bytes", use.requestBytes())
                .with("response_bytes", use.responseBytes());
    }

    private record Count(CallerKind kind, Outcome outcome, long number) {}

    private static List<Count> counts(TenantUse use) {
        List<Count> counts = new ArrayList<>();
        for (CallerKind kind : CallerKind.values()) {
            for (Outcome outcome : Outcome.values()) {
                long number = use.requests(kind, outcome);
                if (number > 0) {
                    counts.add(new Count(kind, outcome, number));
                }
            }
        }
        return counts;
    }

    private static Optional<Integer> number(OptionalInt limit) {
        return limit.isPresent() ? Optional.of(limit.getAsInt()) : Optional.empty();
    }

    private static Optional<Long> number(OptionalLong limit) {
        return limit.isPresent() ? Optional.of(limit.getAsLong()) : Optional.empty();
    }
}
