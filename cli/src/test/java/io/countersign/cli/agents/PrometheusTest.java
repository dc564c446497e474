package io.countersign.cli.agents;

import io.countersign.testing.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prometheus remote_writes while everything that can fail does.
 *
 * <p>The truth is its WAL, as promtool reads it after its end. Samples that came twice are no fault: whoever was not
 * answered sends again.
 */
@Timeout(600)
class PrometheusTest {
    private static final int SERIES = 300;

    @TempDir
    Path folder;

    @Test
    void everySampleOfTheWalArrives() throws Exception {
        try (AgentRig rig = AgentRig.start(folder);
                Target target = Target.start(Target.probes(SERIES));
                PrometheusProcess prometheus = new PrometheusProcess(folder, rig.proxy.url("/api/v1/write"))) {
            prometheus.start(target.address(), rig.proxy.adminAddress());
            Await.until("a thousand samples", () -> rig.standIn.stat("distinct") > 1000);

            rig.killStandIn(prometheus::retried);
            rig.killProxy(prometheus::retried);
            rig.rotateKey();
            rig.expireSecondKey(prometheus::retried);
            rig.moveClock();
            rig.throttle(prometheus::retried);

            prometheus.endWithNothingDropped();

            Ledgers.assertEqual(prometheus.walSamples(), rig.standIn.samples());
            rig.assertNoFaultOfOurs();
        }
    }
}
