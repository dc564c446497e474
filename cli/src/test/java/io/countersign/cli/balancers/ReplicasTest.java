package io.countersign.cli.balancers;

import io.countersign.testing.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a tenant's requests and quota while replicas, and Redis, come and go. The long form is {@code scripts/verify replicas}. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReplicasTest {
    @TempDir
    Path folder;

    @Test
    void losesNothingAndKeepsTheQuotaWhateverEnds() throws Exception {
        try (Fleet fleet = new Fleet(folder)) {
            fleet.start(2);
            fleet.deliver(120);
            fleet.assertTheQuotaIsKept();
            fleet.assertOneRateForAll(160);
            fleet.replica(0).kill();
            fleet.deliver(30);
            fleet.killRedis();
            Await.until("the other to count alone", () -> !fleet.replica(1).shares());
            fleet.deliver(15);
            fleet.startRedis();
            Await.until("the other to share again", () -> fleet.replica(1).shares());
            fleet.replica(0).start();
            fleet.replica(1).drain();
            fleet.deliver(30);
            fleet.stopSending();
            fleet.assertNothingIsLostAndTheQuotaKept();
        }
    }
}
