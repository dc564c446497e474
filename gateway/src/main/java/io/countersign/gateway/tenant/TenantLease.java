package io.countersign.gateway.tenant;

import io.countersign.proxy.admission.Lease;
import java.util.Optional;
import java.util.OptionalLong;

/** A request's place among those of its tenant, and its part of the tenant's memory. Confined to the request's event loop. */
final class TenantLease implements Lease {
    private final TenantUse use;
    private final OptionalLong buffered;
    private long held;

    TenantLease(TenantUse use, OptionalLong buffered) {
        this.use = use;
        this.buffered = buffered;
    }

    @Override
    public Optional<String> hold(long bytes) {
        if (!use.hold(bytes - held, buffered)) {
            use.refused(TenantUse.Limit.BUFFERED);
            return use.full(buffered);
        }
        held = bytes;
        return Optional.empty();
    }

    @Override
    public void end() {
        hold(0);
        use.leave();
    }
}
