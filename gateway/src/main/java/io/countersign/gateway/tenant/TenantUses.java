package io.countersign.gateway.tenant;

import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what tenants use, and says once a day of each when it nears or reaches its bytes of the day. Safe from any thread. */
final class TenantUses implements ExchangeObserver {
    private static final Logger LOG = LoggerFactory.getLogger(TenantUses.class);

    /** The part of the day's bytes from which on an operator should know. */
    private static final double NEAR = 0.8;

    private final Clock clock;
    private final Map<String, TenantUse> uses = new ConcurrentHashMap<>();
    private final Map<String, Notice> notices = new ConcurrentHashMap<>();
    private volatile Map<String, TenantInForce> inForce = Map.of();

    /** What was last said of a tenant. */
    private record Notice(LocalDate day, boolean over) {}

    TenantUses(Clock clock) {
        this.clock = clock;
    }

    /** Of a tenant that is there, or is about to be. */
    TenantUse of(String tenant) {
        return uses.computeIfAbsent(tenant, TenantUse::new);
    }

    /** These are the tenants now; others are forgotten. */
    void taken(Map<String, TenantInForce> tenants) {
        inForce = tenants;
        uses.keySet().retainAll(tenants.keySet());
        notices.keySet().retainAll(tenants.keySet());
    }

    /** By their names. */
    Map<String, TenantInForce> inForce() {
        return inForce;
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        Optional<TenantInForce> tenant = exchange.caller().tenant().map(inForce::get);
        if (tenant.isEmpty()) {
            return;
        }
        long received = exchange.outcome().requestBytes();
        long sent = exchange.outcome().response().bytes();
        tenant.get()
                .use()
                .finished(
                        CallerKind.of(exchange.caller()),
                        Outcome.of(exchange.outcome().response()),
                        received,
                        sent);
        tenant.get().bytes().ifPresent(quota -> {
            quota.add(received + sent);
            if (quota.part() >= NEAR) {
                notice(tenant.get().config(), quota.part());
            }
        });
    }

    private void notice(TenantConfig tenant, double part) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Notice now = new Notice(today, part >= 1);
        Notice before = notices.get(tenant.name());
        boolean said = before != null && before.day.equals(today) && (before.over || !now.over);
        // Of several at once, one says it.
        if (!said
                && (before == null
                        ? notices.putIfAbsent(tenant.name(), now) == null
                        : notices.replace(tenant.name(), before, now))) {
            boolean enforced =
                    tenant.limits().daily().filter(TenantLimits.Daily::enforced).isPresent();
            LOG.warn(
                    "tenant {}: {} % of its {} bytes of the day are used{}",
                    tenant.name(),
                    Math.round(part * 100),
                    tenant.limits().daily().map(TenantLimits.Daily::bytes).orElse(0L),
                    now.over && enforced ? "; its requests are refused until midnight UTC" : "");
        }
    }
}
