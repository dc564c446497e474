package io.countersign.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.testing.RunningGateway;
import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditedReloadsTest {
    private static final String HASH = "sha256:" + "0".repeat(63);

    @TempDir
    Path folder;

    private String settings(String ofRoute, String more) {
        return """
                state.dir = "state", tokens-file = "tokens"
                routes { metrics { upstream = "http://127.0.0.1:1", service = aps, region = us-east-1, %s } }
                %s
                """.formatted(ofRoute, more);
    }

    private List<String> audited() throws IOException {
        Path file = folder.resolve("state/audit.jsonl");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Test
    void whatAReloadChangesIsInTheAuditLog() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "ops " + HASH + "1 role=admin\nold " + HASH + "2\n");
        try (RunningGateway gateway =
                new RunningGateway(folder, settings("state = draft, draft-for = [\"10.0.0.1\"]", ""))) {
            gateway.configure(settings("state = live", ""));
            Await.until("it is taken down", () -> audited().size() == 1);
            assertTrue(
                    audited()
                            .get(0)
                            .contains("\"actor\":\"reload\",\"action\":\"change\",\"subject\":\"route metrics\","
                                    + "\"detail\":\"live, formerly draft\""),
                    audited()::toString);

            Files.writeString(tokens, "ops " + HASH + "1 role=viewer\nnew " + HASH + "3\n");
            gateway.configure(settings("approval = required", "access.unlisted = ask"));
            Await.until("it is taken down", () -> audited().size() == 6);
            String all = String.join("\n", audited());
            for (String each : List.of(
                    "\"change\",\"subject\":\"token ops\",\"detail\":\"viewer, formerly admin\"",
                    "\"add\",\"subject\":\"token new\",\"detail\":\"caller\"",
                    "\"remove\",\"subject\":\"token old\",\"detail\":\"caller\"",
                    "\"change\",\"subject\":\"route metrics\",\"detail\":\"live, approval required, formerly live\"",
                    "\"change\",\"subject\":\"setting access.unlisted\",\"detail\":\"ask, formerly deny\"")) {
                assertTrue(all.contains(each), () -> each + " in " + all);
            }
            gateway.configure(settings("approval = required", "access.unlisted = ask # the same"));
            assertEquals(6, audited().size());
            assertTrue(gateway.admin("/metrics").contains("countersign_approval_pending 0.0"));
        }
    }

    /** Whoever can write a tokens file could take an administrator's name, or add one, unseen. */
    @Test
    void soIsATokenThatWasReplacedUnderItsNameAndOneOfTheConsolesOwnFile() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "agent " + HASH + "1\n");
        Path console = Files.writeString(folder.resolve("console"), "ops " + HASH + "2 role=admin\n");
        String more = "console { bind = \"127.0.0.1:0\", tokens-file = console }";
        try (RunningGateway gateway = new RunningGateway(folder, settings("state = live", more))) {
            Files.writeString(tokens, "agent " + HASH + "3\n");
            Files.writeString(console, "ops " + HASH + "4 role=admin\nmallory " + HASH + "5 role=admin\n");
            gateway.configure(settings("state = live", more));
            Await.until("it is taken down", () -> audited().size() == 3);
            String all = String.join("\n", audited());
            for (String each : List.of(
                    "\"replace\",\"subject\":\"token agent\",\"detail\":\"caller\"",
                    "\"replace\",\"subject\":\"console token ops\",\"detail\":\"admin\"",
                    "\"add\",\"subject\":\"console token mallory\",\"detail\":\"admin\"")) {
                assertTrue(all.contains(each), () -> each + " in " + all);
            }
        }
    }
}
