package io.countersign.cli.agents;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real agents meet every cause that is not their doing, and lose nothing. Each is sent on as soon as it has met a cause;
 * {@code scripts/verify agents} has each last for ten seconds.
 */
@Timeout(600)
class EveryCauseTest extends AgainstEveryCause {
    private static final int SERIES = 500;

    @Override
    void send(AgentRig rig, List<Cause> causes) throws Exception {
        try (Target target = Target.start(Target.probes(SERIES));
                PrometheusProcess prometheus =
                        new PrometheusProcess(folder, rig.proxy.url("/api/v1/write")).scrapingEvery("200ms")) {
            prometheus.start(target.address());
            rig.standIn.awaitProgress("the start");
            new Ordeal(List.of(prometheus), Duration.ZERO).through(causes);
            prometheus.endWithNothingDropped();
            Ledgers.assertEqual(prometheus.walSamples(), rig.standIn.samples());
            rig.assertNoFaultOfOurs();
        }
    }

    @Test
    void vmagentLosesNothing() throws Exception {
        Setup setup = Setup.GATEWAY;
        try (AgentRig rig = AgentRig.start(folder, setup);
                Target target = Target.start(NumberedPages::page);
                VmagentProcess vmagent = new VmagentProcess(folder, rig.proxy.url("/api/v1/write"), target.address())) {
            vmagent.start();
            rig.standIn.awaitProgress("the start");
            new Ordeal(List.of(vmagent), Duration.ZERO).through(new AgentCauses(rig, setup).oneOfEachKind());
            target.shut();
            NumberedPages.assertAllArrive(target, rig.standIn);
            vmagent.assertNothingDropped();
            rig.assertNoFaultOfOurs();
        }
    }
}
