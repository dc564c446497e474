package io.countersign.proxy.exchange;

import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.response.Explanations;
import io.countersign.proxy.route.Snapshot;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.upstream.UpstreamPool;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What every exchange of one event loop works with.
 *
 * @param snapshot the configuration in force
 * @param admission what decides on each request
 * @param bodies octets of request bodies, shared by all loops
 * @param inFlight places upstream, shared by all loops
 * @param lasting responses that go on without a place, shared by all loops
 * @param pool of this loop
 * @param signers of this loop
 * @param via how this instance names itself upstream
 */
public record Services(
        Supplier<Snapshot> snapshot,
        Admission admission,
        Budget bodies,
        Budget inFlight,
        Budget lasting,
        UpstreamPool pool,
        Signers signers,
        ExchangeObserver observer,
        Explanations explanations,
        Lifecycle lifecycle,
        Clock clock,
        Via via) {}
