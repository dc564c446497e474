package io.countersign.gateway.tenant;

import io.countersign.gateway.quota.Rate;
import io.countersign.gateway.quota.RequestLimit;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.route.RouteConfig;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads how much a tenant may use. */
final class LimitsReader {
    private static final int MAX_IN_FLIGHT = 1_000_000;
    private static final long LEAST_BUFFERED = 1L << 20;
    private static final long MAX_BUFFERED = 64L << 30;
    private static final long MAX_DAILY = 1L << 50;

    private final Section tenant;
    private final LimitsConfig shared;

    /** @param shared the limits of all tenants together */
    LimitsReader(Section tenant, LimitsConfig shared) {
        this.tenant = tenant;
        this.shared = shared;
    }

    /** @param routes that the tenant has */
    TenantLimits read(List<RouteConfig> routes) {
        return new TenantLimits(requests(), inFlight(), buffered(routes), daily());
    }

    private Optional<RequestLimit> requests() {
        Optional<Rate> rate = tenant.parsed("rate", Rate::parse);
        if (!tenant.has("burst")) {
            return rate.map(RequestLimit::of);
        }
        if (!tenant.has("rate")) {
            tenant.fault(
                    "burst",
                    "is how far requests may run ahead of the rate, and there is none; write rate = 200/s too");
        }
        int burst = tenant.integer("burst", 1, (int) RequestLimit.MAX_BURST);
        return rate.map(known -> new RequestLimit(known, burst));
    }

    private OptionalInt inFlight() {
        return tenant.has("in-flight")
                ? OptionalInt.of(tenant.integer("in-flight", 1, MAX_IN_FLIGHT))
                : OptionalInt.empty();
    }

    private OptionalLong buffered(List<RouteConfig> routes) {
        if (!tenant.has("buffered")) {
            return OptionalLong.empty();
        }
        long buffered = tenant.size("buffered", LEAST_BUFFERED, MAX_BUFFERED);
        routes.stream()
                .max(Comparator.comparingLong(this::held))
                .filter(route -> held(route) > buffered && tenant.sound())
                .ifPresent(route -> tenant.fault(
                        "buffered",
                        Units.text(buffered) + " is less than a body may have on routes." + route.name() + " ("
                                + Units.text(held(route))
                                + "), so such a request would be refused forever; write at least that,"
                                + " or lower routes." + route.name() + ".limits.body"));
        return OptionalLong.of(buffered);
    }

    /** The most that is held of one body: what is allowed to be larger than all the memory streams, or is within limits.body. */
    private long held(RouteConfig route) {
        long body = route.conditions().maxBody();
        return body > shared.buffered() ? shared.body() : body;
    }

    private Optional<TenantLimits.Daily> daily() {
        Boolean enforced = tenant.choice("bytes-per-day-mode", Map.of("observe", false, "enforce", true));
        if (!tenant.has("bytes-per-day")) {
            if (!tenant.isByDefault("bytes-per-day-mode")) {
                tenant.fault(
                        "bytes-per-day-mode",
                        "says what becomes of bytes-per-day, which is not set; set it, or take this out");
            }
            return Optional.empty();
        }
        long bytes = tenant.size("bytes-per-day", 1, MAX_DAILY);
        return Optional.of(new TenantLimits.Daily(bytes, Boolean.TRUE.equals(enforced)));
    }
}
