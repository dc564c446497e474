package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real agents meet every cause that is not their doing, and lose nothing. Each is sent on as soon as it has met a cause;
 * {@code scripts/verify agents} has each last for ten seconds.
 */
@Timeout(600)
class EveryCauseTest {
    private static final int SERIES = 500;

    @TempDir
    Path folder;

    @Test
    void prometheusLosesNothingToAnApi() throws Exception {
        Setup setup = Setup.GATEWAY.withRoute("headers { set { x-api-key = \"file:api-key\" } }");
        Files.writeString(folder.resolve("api-key"), "first\n");
        try (Rig rig = Rig.start(folder, setup)) {
            AgentCauses causes = new AgentCauses(rig, setup);
            prometheus(
                    rig,
                    Stream.concat(causes.ofAnApi().stream(), Stream.of(causes.rotatedApiKey()))
                            .toList());
        }
    }

    @Test
    void prometheusLosesNothingToAService() throws Exception {
        Setup setup = Setup.GATEWAY.withService("aps");
        try (Rig rig = Rig.start(folder, setup)) {
            prometheus(rig, new AgentCauses(rig, setup).ofAService());
        }
    }

    private void prometheus(Rig rig, List<Cause> causes) throws Exception {
        try (Target target = Target.start(EveryCauseTest::page);
                PrometheusProcess prometheus =
                        new PrometheusProcess(folder, rig.proxy.url("/api/v1/write")).scrapingEvery("200ms")) {
            prometheus.start(target.address());
            rig.standIn.awaitProgress("the start");
            new Ordeal(List.of(prometheus), Duration.ZERO).through(causes);
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

    @Test
    void vmagentLosesNothing() throws Exception {
        Setup setup = Setup.GATEWAY;
        try (Rig rig = Rig.start(folder, setup);
                Target target = Target.start(NumberedPages::page);
                VmagentProcess vmagent = new VmagentProcess(folder, rig.proxy.url("/api/v1/write"), target.address())) {
            vmagent.start();
            rig.standIn.awaitProgress("the start");
            new Ordeal(List.of(vmagent), Duration.ZERO).through(new AgentCauses(rig, setup).oneOfEachKind());
            target.shut();
            Set<String> served = NumberedPages.served(target.served());
            Waiting.until(
                    "all that was served to arrive",
                    () -> NumberedPages.arrived(rig.standIn).containsAll(served));
            Ledgers.assertEqual(served, NumberedPages.arrived(rig.standIn));
            vmagent.assertNothingDropped();
            rig.assertNoFaultOfOurs();
        }
    }
}
