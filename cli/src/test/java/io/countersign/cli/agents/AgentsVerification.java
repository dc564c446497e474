package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;

/**
 * All agents at once, at their default settings, through every cause, each of which lasts for ten seconds. Too long for a test
 * run: {@code scripts/verify agents} runs it.
 */
@Timeout(3600)
class AgentsVerification extends AgainstEveryCause {
    private static final Duration EACH = Duration.ofSeconds(Integer.getInteger("agents.seconds", 10));
    private static final Optional<String> COLLECTOR = Optional.ofNullable(System.getProperty("agents.collector"));
    private static final int SERIES = 300;
    private static final Pattern GIVEN = Pattern.compile("__name__=\"given_total\".*\\bn=\"(\\d+)\"");

    @Override
    void send(AgentRig rig, List<Cause> causes) throws Exception {
        String url = rig.proxy.url("/api/v1/write");
        Path forPrometheus = Files.createDirectory(folder.resolve("for-prometheus"));
        List<CollectorProcess> collectors = new ArrayList<>();
        try (Target pages = Target.start(Target.probes(SERIES));
                Target numbered = Target.start(NumberedPages::page);
                PrometheusProcess prometheus = new PrometheusProcess(forPrometheus, url);
                VmagentProcess vmagent = new VmagentProcess(folder, url, numbered.address())) {
            List<Agent> agents = new ArrayList<>(List.of(prometheus, vmagent));
            prometheus.start(pages.address());
            vmagent.start();
            if (COLLECTOR.isPresent()) {
                CollectorProcess collector = new CollectorProcess(folder, COLLECTOR.get(), rig.proxy.url(""));
                collectors.add(collector);
                collector.start();
                agents.add(collector);
            }
            for (Agent agent : agents) {
                Await.until(agent.name() + " to deliver", () -> agent.delivered() > 0);
            }
            new Ordeal(agents, EACH).through(causes);

            for (CollectorProcess collector : collectors) {
                collector.stopGiving();
                Await.until("the collector to send all", collector::hasSentAll);
                assertCollected(rig, collector.points());
            }
            numbered.shut();
            Set<String> served = NumberedPages.served(numbered.served());
            Await.until(
                    "all that vmagent scraped to arrive",
                    () -> NumberedPages.arrived(rig.standIn).containsAll(served));
            prometheus.stopScraping();
            prometheus.awaitFlushed();
            for (Agent agent : agents) {
                agent.assertNothingDropped();
            }
            prometheus.terminate();
            assertEquals(0, prometheus.awaitExit(), prometheus::output);
            Set<String> arrived = Set.copyOf(rig.standIn.samples());
            Set<String> wal = prometheus.walSamples();
            Ledgers.assertEqual(wal, arrived.stream().filter(wal::contains).toList());
            rig.assertNoFaultOfOurs();
        } finally {
            collectors.forEach(CollectorProcess::close);
        }
    }

    /** Both exporters' data points: those of remote_write by their number, those of OTLP, which all differ, by their count. */
    private static void assertCollected(AgentRig rig, int points) throws Exception {
        Set<String> given =
                IntStream.range(0, points).mapToObj(Integer::toString).collect(Collectors.toSet());
        Set<String> written = rig.standIn.samples().stream()
                .map(GIVEN::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        Ledgers.assertEqual(given, written);
        assertTrue(rig.standIn.stat("otlp.distinct") >= points, "by OTLP " + rig.standIn.stat("otlp.distinct"));
        System.out.println("of " + points + " given to the collector all came by OTLP; "
                + (rig.standIn.stat("otlp.items") - rig.standIn.stat("otlp.distinct")) + " came again");
    }
}
