package io.countersign.gateway.redis;

import io.countersign.gateway.quota.QuotaConfig;
import io.countersign.gateway.quota.QuotaTable;
import io.countersign.gateway.quota.Quotas;
import io.countersign.gateway.shared.SharedLink;
import io.countersign.gateway.shared.SharedLinks;
import io.countersign.testing.Await;
import java.time.Clock;
import java.util.function.Consumer;

/** A replica that counts, and nothing else of one, with a real client. */
final class Counter implements AutoCloseable {
    private final SharedLinks<SharedStore> links;
    private final QuotaTable table;

    /** With the quotas that {@code filling} asks for in force; knows whether the store answers. */
    Counter(QuotaConfig config, Consumer<QuotaTable> filling) {
        links = new SharedLinks<>(any -> config.shared(), RedisConnector::new, System::nanoTime);
        Quotas quotas = new Quotas(any -> config, System::nanoTime, Clock.systemUTC(), links);
        table = quotas.prepare(config);
        filling.accept(table);
        links.taken(null);
        quotas.taken(null);
        Await.until("it to know whether it counts alone", () -> together() || outages() > 0);
    }

    QuotaTable table() {
        return table;
    }

    boolean together() {
        return links.inForce().filter(SharedLink::together).isPresent();
    }

    long outages() {
        return links.inForce().orElseThrow().outages();
    }

    @Override
    public void close() {
        links.close();
    }
}
