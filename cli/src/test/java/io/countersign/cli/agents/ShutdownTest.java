package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proxy and agent get SIGTERM in the same moment, as a pod's containers do, while the agent has much to send.
 *
 * <p>Prometheus sends what it holds before it ends, and sends no more of its WAL after a new start: so all must have
 * arrived when both have ended. vmagent keeps on disk what it did not send, and sends it after the next start.
 */
@Timeout(600)
class ShutdownTest {
    @TempDir
    Path folder;

    @Test
    void prometheusFlushesThroughTheDrainingProxy() throws Exception {
        try (AgentRig rig = AgentRig.start(folder);
                Target target = Target.start(scrape -> "probe " + scrape + "\n");
                PrometheusProcess prometheus = new PrometheusProcess(folder, rig.proxy.url("/api/v1/write"))) {
            prometheus.start(target.address());
            rig.standIn.awaitProgress("the start");
            rig.standIn.fault("{\"throttleShare\": 1.0, \"latencyMillis\": 200}");
            awaitLongestBackoff(prometheus);
            prometheus.stopScraping();
            prometheus.awaitAllRead();

            prometheus.terminate();
            rig.proxy.terminate();
            // The upstream recovers only now, so that Prometheus is put off once more while the proxy drains.
            long throttled = rig.standIn.stat("throttled");
            Await.until("a failure after SIGTERM", () -> rig.standIn.stat("throttled") > throttled);
            rig.standIn.clearFaults();
            assertEquals(0, prometheus.awaitExit(), prometheus::output);
            assertEquals(0, rig.proxy.awaitExit(), rig.proxy::output);

            Ledgers.assertEqual(prometheus.walSamples(), rig.standIn.samples());
            rig.assertNoFaultOfOurs();
        }
    }

    /**
     * Prometheus waits twice as long after each failure, from 30 ms up to 5 s: then it comes back as late as it ever does.
     * A scrape has few samples here, so that its queue (2500 samples by default) still holds all: what does not fit, a
     * Prometheus that ends leaves behind in its WAL by itself.
     */
    private static void awaitLongestBackoff(PrometheusProcess prometheus) throws IOException {
        double before = attempts(prometheus);
        Await.until("eight failures", () -> attempts(prometheus) >= before + 8);
    }

    private static double attempts(PrometheusProcess prometheus) throws IOException {
        return prometheus.metrics().sum("prometheus_remote_storage_sent_batch_duration_seconds_count");
    }

    @Test
    void vmagentKeepsWhatTheEndLeftUnsent() throws Exception {
        try (AgentRig rig = AgentRig.start(folder);
                Target target = Target.start(NumberedPages::page);
                VmagentProcess vmagent = new VmagentProcess(folder, rig.proxy.url("/api/v1/write"), target.address())) {
            vmagent.start();
            rig.standIn.awaitProgress("the start");
            rig.standIn.fault("{\"throttleShare\": 1.0}");
            AgentRig.awaitRetry(vmagent::retried, vmagent.retried(), "the upstream throttles");
            target.shut();

            vmagent.terminate();
            rig.proxy.terminate();
            assertEquals(0, vmagent.awaitExit(), vmagent::output);
            assertEquals(0, rig.proxy.awaitExit(), rig.proxy::output);

            rig.standIn.clearFaults();
            rig.proxy.start();
            vmagent.start();
            NumberedPages.assertAllArrive(target, rig.standIn);
            rig.assertNoFaultOfOurs();
        }
    }
}
