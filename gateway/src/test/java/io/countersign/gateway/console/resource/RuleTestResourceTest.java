package io.countersign.gateway.console.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.console.RunningConsole;
import io.countersign.gateway.console.serve.RawConsole;
import io.countersign.gateway.identity.Role;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a gateway that runs: what it says is what a caller would get, and asking leaves nothing behind. */
class RuleTestResourceTest {
    @TempDir
    Path folder;

    private static String tried(RunningConsole running, String caller, String path) throws Exception {
        RawConsole.Answer answer = running.console()
                .post(
                        "/api/v1/rules/test",
                        running.token(Role.VIEWER),
                        "{" + caller + ",\"method\":\"POST\",\"path\":\"" + path + "\"}");
        assertEquals(200, answer.status(), answer::toString);
        return answer.body();
    }

    @Test
    void asksTenantsApprovalsAndLivesOfRoutesAndLeavesNothingBehind() throws Exception {
        try (RunningConsole running = new RunningConsole(folder, """
                state.dir = "%s"
                access { allow = ["127.0.0.0/8", "10.0.0.0/8"] }
                tenants {
                  near { match.addresses = ["127.0.0.0/8"], routes = [metrics], rate = 1/h, burst = 1 }
                  far { match.addresses = ["10.0.0.0/8"], routes = [plain] }
                }
                routes.metrics.approval = required
                routes.plain { state = draft, draft-for = ["10.1.0.0/16"] }
                """.formatted(folder.resolve("state")))) {
            String near = "\"address\":\"127.0.0.1\"";
            for (int i = 0; i < 3; i++) {
                String asked = tried(running, near, "/m/x");
                assertTrue(asked.contains("\"tenant\":\"near\""), asked);
                assertTrue(asked.contains("\"taken\":false") && asked.contains("would be put on the list"), asked);
            }
            assertTrue(running.get("/api/v1/pending").contains("\"pending\":[]"), running.get("/api/v1/pending"));

            assertEquals(503, running.gateway().post("/m/x", "sample").statusCode());
            String waits = tried(running, near, "/m/x");
            assertTrue(waits.contains("request 1 waits") && waits.contains("\"status\":503"), waits);
            running.console().post("/api/v1/pending/1", running.token(Role.APPROVER), "{\"decision\":\"approve\"}");
            // Not even of the one request that the tenant may send.
            for (int i = 0; i < 3; i++) {
                assertTrue(tried(running, near, "/m/x").contains("\"taken\":true"));
            }
            assertEquals(200, running.gateway().post("/m/x", "sample").statusCode());

            assertTrue(tried(running, near, "/plain/x").contains("\"taken\":false"));
            assertTrue(tried(running, "\"address\":\"10.2.0.1\"", "/plain/x").contains("\"taken\":false"));
            assertTrue(tried(running, "\"address\":\"10.1.0.1\"", "/plain/x").contains("\"taken\":true"));
        }
    }

    @Test
    void asksAsSomebodyWhoComesByAListenerOrShowsAToken() throws Exception {
        try (RunningConsole running = new RunningConsole(
                folder, "tenants { local { match.listeners = [\"127.0.0.1:0\"], routes = [metrics] } }")) {
            String caller = "\"address\":\"127.0.0.1\"";
            assertTrue(tried(running, caller, "/m/x").contains("\"taken\":false"));
            String local = tried(running, caller + ",\"listener\":\"127.0.0.1:0\",\"token\":\"agent\"", "/m/x");
            assertTrue(local.contains("\"taken\":true") && local.contains("\"tenant\":\"local\""), local);
            assertEquals(
                    400,
                    running.console()
                            .post(
                                    "/api/v1/rules/test",
                                    running.token(Role.VIEWER),
                                    "{" + caller + ",\"token\":\"agent\",\"service_account\":\"a/b\",\"path\":\"/\"}")
                            .status());
        }
    }
}
