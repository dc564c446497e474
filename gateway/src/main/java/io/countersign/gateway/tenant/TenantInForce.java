package io.countersign.gateway.tenant;

import io.countersign.gateway.quota.ByteQuota;
import io.countersign.gateway.quota.Permit;
import io.countersign.gateway.quota.RequestQuota;
import io.countersign.gateway.tenant.TenantUse.Limit;
import io.countersign.proxy.admission.Guard.Entry;
import io.countersign.proxy.admission.Terms;
import io.countersign.proxy.local.GuardResponses;
import java.time.Duration;
import java.util.Optional;

/**
 * One tenant of one configuration, with what it uses.
 *
 * @param requests how many it may still send; empty: any
 * @param bytes how many it may still send and get today; empty: any
 */
record TenantInForce(
        TenantConfig config, Terms terms, TenantUse use, Optional<RequestQuota> requests, Optional<ByteQuota> bytes) {
    /** As long as an agent should be away; a quota may be raised meanwhile. */
    private static final Duration MAX_AWAY = Duration.ofMinutes(5);

    /** Takes what a request needs: the rate at last, so that what is refused for another cause does not count against it. */
    Entry enter() {
        TenantLimits limits = config.limits();
        Optional<Duration> renewed =
                limits.daily().filter(TenantLimits.Daily::enforced).isPresent()
                        ? bytes.flatMap(ByteQuota::untilRenewed)
                        : Optional.empty();
        if (renewed.isPresent()) {
            Duration away = renewed.get().compareTo(MAX_AWAY) < 0 ? renewed.get() : MAX_AWAY;
            return refuse(Limit.BYTES_PER_DAY, "has used its bytes of the day", "bytes-per-day", seconds(away));
        }
        if (!use.enter(limits.inFlight())) {
            return refuse(Limit.IN_FLIGHT, "has as many requests in flight as it may", "in-flight", 0);
        }
        Permit permit = requests.map(RequestQuota::take).orElse(null);
        if (permit != null && !permit.granted()) {
            use.leave();
            return refuse(Limit.RATE, "is over its rate", "rate", permit.retryAfter());
        }
        return new Entry.Granted(new TenantLease(use, limits.buffered()));
    }

    private static int seconds(Duration away) {
        return (int) Math.max(1, away.plusMillis(999).toSeconds());
    }

    private Entry refuse(Limit limit, String what, String key, int retryAfter) {
        use.refused(limit);
        String name = config.name();
        return new Entry.Refuse(GuardResponses.overQuota(
                "tenant " + name + " " + what + " (tenants." + name + "." + key + ")", retryAfter));
    }
}
