package io.countersign.gateway.approval.sharing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.console.RunningConsole;
import io.countersign.gateway.console.serve.RawConsole;
import io.countersign.gateway.identity.Role;
import io.countersign.testing.Await;
import io.countersign.testing.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways as users run them, with {@code state.dir} and without, that share approvals through a real Redis server. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ApprovedElsewhereTest {
    @TempDir
    Path folder;

    private RedisServer redis;
    private final List<RunningConsole> replicas = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start(folder);
    }

    @AfterEach
    void stop() throws Exception {
        replicas.forEach(RunningConsole::close);
        redis.close();
    }

    private RunningConsole replica(String more) throws Exception {
        RunningConsole replica = new RunningConsole(
                Files.createDirectory(folder.resolve("replica-" + replicas.size())),
                "routes.metrics.approval = required\nquotas.shared = \"redis://127.0.0.1:" + redis.port() + "\"\n"
                        + more);
        replicas.add(replica);
        return replica;
    }

    /** One that keeps an audit log. */
    private RunningConsole withFolder(String more) throws Exception {
        return replica("state.dir = \"" + folder.resolve("state-" + replicas.size()) + "\"\n" + more);
    }

    private static int write(RunningConsole replica) {
        return replica.gateway().post("/m/x", "sample").statusCode();
    }

    private static RawConsole.Answer decide(RunningConsole replica, String decision, Role role) throws Exception {
        String number = replica.gateway().post("/m/x", "sample").body().replaceFirst("(?s).*request (\\d+).*", "$1");
        return decide(replica, number, decision, role);
    }

    private static RawConsole.Answer decide(RunningConsole replica, String number, String decision, Role role)
            throws Exception {
        return replica.console()
                .post("/api/v1/pending/" + number, replica.token(role), "{\"decision\":\"" + decision + "\"}");
    }

    private long auditLines(String action) {
        return replicas.stream()
                .map(each -> each.get("/api/v1/audit?max=100"))
                .flatMap(page -> page.lines())
                .flatMap(line -> List.of(line.split("(?=\"actor\")", -1)).stream())
                .filter(line -> line.contains("\"action\":\"" + action + "\""))
                .count();
    }

    @Test
    void whoIsApprovedOnOneMayCallOnAllAndThatIsTakenDownOnce() throws Exception {
        RunningConsole one = withFolder("");
        RunningConsole other = withFolder("");
        assertEquals(503, write(one));
        RawConsole.Answer decided = decide(one, "approve", Role.APPROVER);
        assertTrue(decided.body().contains("\"shared\":true"), decided::toString);
        Await.until("the other to let it through", () -> write(other) == 200);
        assertEquals(200, write(replica("")), "a new replica knows it from the start");
        assertEquals(1, auditLines("approve"));
        Await.until(
                "the others to be told",
                () -> one.gateway().admin("/metrics").contains("countersign_approval_unshared 0"));
    }

    /** A number that one replica has just given may be decided on at another at once. */
    @Test
    void withFourEyesOneApprovesOnEach() throws Exception {
        RunningConsole one = withFolder("approval.four-eyes = true");
        RunningConsole other = withFolder("approval.four-eyes = true");
        String number = one.gateway().post("/m/x", "sample").body().replaceFirst("(?s).*request (\\d+).*", "$1");
        RawConsole.Answer first = decide(other, number, "approve", Role.APPROVER);
        assertTrue(first.body().contains("\"outcome\":\"needs_another\""), first::toString);
        RawConsole.Answer second = decide(one, number, "approve", Role.ADMIN);
        assertTrue(second.body().contains("\"outcome\":\"approved\""), second::toString);
        assertEquals(200, write(one));
        Await.until("the other to let it through", () -> write(other) == 200);
        assertEquals(1, auditLines("propose"));
        assertEquals(1, auditLines("approve"));
    }

    @Test
    void whileRedisIsAwayADecisionActsWhereItIsMadeAndSaysSo() throws Exception {
        RunningConsole one = replica("");
        RunningConsole other = replica("");
        redis.kill();
        for (RunningConsole each : replicas) {
            Await.until("it to notice", () -> each.gateway().admin("/metrics").contains("countersign_quotas_shared 0"));
        }
        RawConsole.Answer decided = decide(one, "approve", Role.APPROVER);
        assertTrue(decided.body().contains("\"shared\":false"), decided::toString);
        assertEquals(200, write(one));
        assertEquals(503, write(other));
        assertTrue(one.gateway().admin("/metrics").contains("countersign_approval_unshared 1"));
        redis.start();
        Await.until("the other to let it through", () -> write(other) == 200);
    }
}
