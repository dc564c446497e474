package io.countersign.proxy;

import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.listen.Door;
import io.countersign.proxy.metrics.Vitals;
import io.countersign.proxy.upstream.UpstreamPools;
import java.util.function.Supplier;

/** What the proxy holds at a moment, as metrics show it. */
record LiveVitals(Door door, Budget bodies, Budget inFlight, UpstreamPools pools) implements Supplier<Vitals> {
    @Override
    public Vitals get() {
        return new Vitals(
                door.open(),
                (int) inFlight.used(),
                bodies.waiting() + inFlight.waiting(),
                new Vitals.Buffered(bodies.used(), bodies.limit()),
                new Vitals.Upstreams(
                        pools.counts().active(),
                        pools.counts().idle(),
                        pools.counts().connecting()));
    }
}
