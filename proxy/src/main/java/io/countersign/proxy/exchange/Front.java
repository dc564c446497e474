package io.countersign.proxy.exchange;

import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.lifecycle.Lifecycle;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What every client connection works with, whether or not it is let in. Shared by all event loops.
 *
 * @param snapshot the configuration in force
 * @param lifecycle which counts the exchanges that run
 * @param observer hears of each exchange when it is over
 * @param http2Clients hears of connections in a version of HTTP that is not spoken
 */
public record Front(
        Supplier<Snapshot> snapshot,
        Lifecycle lifecycle,
        ExchangeObserver observer,
        Http2Clients http2Clients,
        Clock clock) {}
