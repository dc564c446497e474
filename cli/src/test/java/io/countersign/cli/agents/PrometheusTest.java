package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
        try (Rig rig = Rig.start(folder);
                Target target = Target.start(PrometheusTest::page);
                PrometheusProcess prometheus = new PrometheusProcess(folder, rig.proxy.url("/api/v1/write"))) {
            prometheus.start(target.address(), rig.proxy.adminAddress());
            Waiting.until("a thousand samples", () -> rig.standIn.stat("distinct") > 1000);

            rig.killStandIn(prometheus::retried);
            rig.killProxy(prometheus::retried);
            rig.rotateKey();
            rig.expireSecondKey(prometheus::retried);
            rig.moveClock();
            rig.throttle(prometheus::retried);

            prometheus.stopScraping();
            prometheus.awaitFlushed();
            prometheus.assertNothingDropped();
            prometheus.terminate();
            assertEquals(0, prometheus.awaitExit(), prometheus::output);

            Ledgers.assertEqual(prometheus.walSamples(), rig.standIn.samples());
            rig.assertNoFaultOfOurs();
        }
    }

    private static String page(int scrape) {
        return IntStream.range(0, SERIES)
                .mapToObj(series -> "probe{series=\"" + series + "\"} " + scrape + "\n")
                .collect(Collectors.joining());
    }
}
