package io.countersign.cli.agents;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two kinds of upstream, each with every cause that can keep data from it; who sends is the subclass's matter. */
abstract class AgainstEveryCause {
    @TempDir
    Path folder;

    @Test
    void nobodyLosesAnythingToAnApi() throws Exception {
        Setup setup = Setup.GATEWAY.withRoute("headers { set { x-api-key = \"file:api-key\" } }");
        Files.writeString(folder.resolve("api-key"), "first\n");
        try (AgentRig rig = AgentRig.start(folder, setup)) {
            AgentCauses causes = new AgentCauses(rig, setup);
            send(
                    rig,
                    Stream.concat(causes.ofAnApi().stream(), Stream.of(causes.rotatedApiKey()))
                            .toList());
        }
    }

    @Test
    void nobodyLosesAnythingToAService() throws Exception {
        Setup setup = Setup.GATEWAY.withService("aps");
        try (AgentRig rig = AgentRig.start(folder, setup)) {
            send(rig, new AgentCauses(rig, setup).ofAService());
        }
    }

    /** Sends through the rig while the causes come and go, and asserts that nothing was lost. */
    abstract void send(AgentRig rig, List<Cause> causes) throws Exception;
}
