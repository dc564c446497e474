package io.countersign.gateway.quota;

import io.countersign.proxy.Extension;
import io.countersign.proxy.settings.ProxyConfig;
import java.time.Clock;
import java.util.function.LongSupplier;

/** Keeps what has been used of each quota while one configuration follows another. */
public final class Quotas implements Extension {
    private QuotaTable inForce;
    private QuotaTable next;

    /** @param nanos the time from any origin, as {@link System#nanoTime} has it */
    public Quotas(LongSupplier nanos, Clock clock) {
        this.inForce = QuotaTable.empty(nanos, clock);
        this.next = inForce;
    }

    @Override
    public String name() {
        return "quotas";
    }

    /** The quotas of a configuration that is about to be taken; to be filled by whoever makes its guards. */
    public synchronized QuotaTable prepare(QuotaConfig config) {
        next = inForce.next(config);
        return next;
    }

    @Override
    public synchronized void taken(ProxyConfig config) {
        inForce = next.inForce();
        next = inForce;
    }

    @Override
    public synchronized void refused() {
        next = inForce;
    }
}
