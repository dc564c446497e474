package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuotasTest {
    private static final QuotaConfig ONE = new QuotaConfig(1);
    private static final RequestLimit LIMIT = new RequestLimit(Rate.parse("10/s"), 20);

    private final Quotas quotas = new Quotas(() -> 0, new TestClock("2026-03-01T00:00:00Z"));

    @Test
    void whatWasUsedCountsOnAfterAReloadThatLeavesTheLimitAlone() {
        QuotaTable first = quotas.prepare(ONE);
        RequestQuota requests = first.requests("payments", LIMIT);
        ByteQuota bytes = first.bytes("payments", 1000);
        quotas.taken(null);

        QuotaTable second = quotas.prepare(ONE);
        assertSame(requests, second.requests("payments", LIMIT));
        assertSame(bytes, second.bytes("payments", 1000));
        assertNotSame(requests, second.requests("reports", LIMIT));
        assertNotSame(requests, second.requests("payments", new RequestLimit(Rate.parse("10/s"), 21)));
    }

    @Test
    void anotherNumberOfReplicasBeginsAnew() {
        RequestQuota requests = quotas.prepare(ONE).requests("payments", LIMIT);
        quotas.taken(null);
        assertNotSame(requests, quotas.prepare(new QuotaConfig(2)).requests("payments", LIMIT));
    }

    @Test
    void aConfigurationThatIsNotTakenChangesNothing() {
        RequestQuota requests = quotas.prepare(ONE).requests("payments", LIMIT);
        quotas.taken(null);
        quotas.prepare(new QuotaConfig(2)).requests("payments", LIMIT);
        quotas.refused();
        assertSame(requests, quotas.prepare(ONE).requests("payments", LIMIT));
    }

    /** Or a tenant that comes and goes would leave something behind each time. */
    @Test
    void nothingIsKeptOfATenantThatIsGone() {
        RequestQuota requests = quotas.prepare(ONE).requests("payments", LIMIT);
        quotas.taken(null);
        for (QuotaConfig config : List.of(ONE, ONE)) {
            quotas.prepare(config);
            quotas.taken(null);
        }
        RequestQuota again = quotas.prepare(ONE).requests("payments", LIMIT);
        assertNotSame(requests, again);
        assertEquals(true, again.take().granted());
    }
}
