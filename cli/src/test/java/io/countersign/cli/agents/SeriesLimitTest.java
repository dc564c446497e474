package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A workspace of Amazon Managed Service for Prometheus has as many series as it may, and a Prometheus goes on to make new
 * ones: waiting can't cure that, so only the new ones may be lost.
 */
@Timeout(300)
class SeriesLimitTest {
    private static final int OLD = 500;

    @TempDir
    Path folder;

    @Test
    void prometheusGoesOnDeliveringItsOldSeries() throws Exception {
        Setup setup = Setup.GATEWAY.withService("aps").withRoute("hold-at-most = 1 s");
        AtomicBoolean grown = new AtomicBoolean();
        try (AgentRig rig = AgentRig.start(folder, setup);
                Target target = Target.start(scrape -> page(scrape, grown.get()));
                // One shard: a batch that is held keeps all the others waiting.
                PrometheusProcess prometheus = new PrometheusProcess(
                                folder,
                                List.of("{url: \"" + rig.proxy.url("/api/v1/write")
                                        + "\", queue_config: {max_shards: 1}}"))
                        .scrapingEvery("200ms")) {
            prometheus.start(target.address());
            Await.until("all old series", () -> rig.standIn.stat("series") >= OLD + 5);
            rig.standIn.fault("{\"seriesLimit\": " + rig.standIn.stat("series") + "}");
            grown.set(true);
            Await.until("the first batch to be held", () -> prometheus.retried() > 0);
            Await.until("the first batch to be given up", () -> failed(prometheus) > 0);
            int before = target.served();
            Await.until("ten more scrapes", () -> target.served() >= before + 10);
            prometheus.stopScraping();
            // In less time than holding a second batch would take for each that is waiting.
            Await.until("the queue to be empty", () -> prometheus.behind() == 0);
            prometheus.terminate();
            assertEquals(0, prometheus.awaitExit(), prometheus::output);

            Set<String> all = prometheus.walSamples();
            Set<String> lost = new TreeSet<>(all);
            lost.removeAll(new TreeSet<>(rig.standIn.samples()));
            assertTrue(lost.stream().allMatch(sample -> sample.contains("\"fresh\"")), () -> "lost: " + lost);
            assertTrue(lost.size() >= 10, "the new series were refused");
            rig.assertNoFaultOfOurs();
        }
    }

    private static double failed(PrometheusProcess prometheus) throws IOException {
        return prometheus.metrics().sum("prometheus_remote_storage_samples_failed_total");
    }

    /** Every batch has one of the new series, as these come between the old ones. */
    private static String page(int scrape, boolean grown) {
        return IntStream.range(0, OLD)
                .mapToObj(series -> "probe{series=\"" + series + "\"} " + scrape + "\n"
                        + (grown && series % 50 == 0 ? "fresh{series=\"" + series + "\"} 1\n" : ""))
                .collect(Collectors.joining());
    }
}
