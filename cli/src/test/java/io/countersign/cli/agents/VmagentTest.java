package io.countersign.cli.agents;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** vmagent remote_writes while the upstream fails; the truth is what its scrape target served. */
@Timeout(600)
class VmagentTest {
    @TempDir
    Path folder;

    @Test
    void everythingScrapedArrives() throws Exception {
        try (AgentRig rig = AgentRig.start(folder);
                Target target = Target.start(NumberedPages::page);
                VmagentProcess vmagent = new VmagentProcess(folder, rig.proxy.url("/api/v1/write"), target.address())) {
            vmagent.start();
            rig.standIn.awaitProgress("the start");

            rig.killStandIn(vmagent::retried);
            rig.throttle(vmagent::retried);
            rig.expireFirstKey(vmagent::retried);

            target.shut();
            NumberedPages.assertAllArrive(target, rig.standIn);
            vmagent.assertNothingDropped();
            rig.assertNoFaultOfOurs();
        }
    }
}
