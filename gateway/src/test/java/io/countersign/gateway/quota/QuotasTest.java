package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.countersign.gateway.shared.SharedLinks;
import io.countersign.gateway.shared.StoreConnection;
import io.countersign.gateway.testing.MovedClock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuotasTest {
    private static final QuotaConfig ONE = new QuotaConfig(1, Optional.empty());
    private static final RequestLimit LIMIT = new RequestLimit(Rate.parse("10/s"), 20);

    private final Quotas quotas = new Quotas(
            config -> ONE,
            () -> 0,
            new MovedClock("2026-03-01T00:00:00Z"),
            new SharedLinks<NoStore>(
                    config -> Optional.empty(),
                    address -> {
                        throw new AssertionError("no store is configured");
                    },
                    () -> 0));

    private interface NoStore extends StoreConnection, SharedCounts {}

    @Test
    void whatWasUsedCountsOnAfterAReloadThatLeavesTheLimitAlone() {
        QuotaTable first = quotas.prepare(ONE);
        RequestQuota requests = first.requests("payments", LIMIT);
        ByteQuota bytes = first.bytes("payments", 1000);
        quotas.taken(null);

        QuotaTable second = quotas.prepare(ONE);
        assertSame(requests, second.requests("payments", LIMIT));
        bytes.add(7);
        assertEquals(7, second.bytes("payments", 1000).used());
        assertNotSame(requests, second.requests("reports", LIMIT));
        assertNotSame(requests, second.requests("payments", new RequestLimit(Rate.parse("10/s"), 21)));
    }

    @Test
    void bytesOfTheDayCountOnWhateverChanges() {
        quotas.prepare(ONE).bytes("payments", 1000).add(400);
        quotas.taken(null);
        ByteQuota raised = quotas.prepare(new QuotaConfig(2, Optional.empty())).bytes("payments", 2000);
        assertEquals(400, raised.used());
        assertEquals(2000, raised.limit());
    }

    @Test
    void anotherNumberOfReplicasBeginsAnew() {
        RequestQuota requests = quotas.prepare(ONE).requests("payments", LIMIT);
        quotas.taken(null);
        assertNotSame(
                requests, quotas.prepare(new QuotaConfig(2, Optional.empty())).requests("payments", LIMIT));
    }

    @Test
    void aConfigurationThatIsNotTakenChangesNothing() {
        RequestQuota requests = quotas.prepare(ONE).requests("payments", LIMIT);
        quotas.taken(null);
        quotas.prepare(new QuotaConfig(2, Optional.empty())).requests("payments", LIMIT);
        quotas.refused(List.of());
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
