package io.countersign.gateway.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.approval.Subscription.Decision;
import io.countersign.gateway.testing.Line;
import io.countersign.gateway.testing.Upstream;
import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a proxy that runs, over sockets. */
class ApprovalTest {
    private static final String REQUIRED = "approval = required";
    private static final String ASK = "access { allow = [\"127.0.0.1\"], unlisted = ask }";

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final ApprovalPart part = new ApprovalPart();
    private Upstream upstream;
    private ProxyServer server;

    @BeforeEach
    void open() {
        upstream = keep(new Upstream(Map.of()));
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }

    private Path file() {
        return folder.resolve("countersign.conf");
    }

    private String configuration(String ofRoute, String... more) {
        return """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  state.dir = "state"
                  credentials { default { access-key-id = AKIDAPPROVAL, secret-access-key = SECRETCANARY } }
                  approval.contact = "#observability"
                  routes { metrics { upstream = "%s", service = aps, region = us-east-1, match.path-prefix = "/w"
                           %s } }
                  %s
                }
                """.formatted(upstream.url(), ofRoute, String.join("\n", more));
    }

    private void start(String ofRoute, String... more) throws Exception {
        Files.writeString(file(), configuration(ofRoute, more));
        server = keep(ProxyServer.start(HoconSource.file(file(), Map.of()), List.of(part), Environment.ofProcess()));
    }

    private Line from(String address) throws IOException {
        return keep(new Line(address, server.address()));
    }

    private List<Pending> pending() {
        return part.store().orElseThrow().approvals().pending();
    }

    private void decide(long number, Decision decision) {
        Decided kept =
                part.store().orElseThrow().decide(new Order(number, decision, "alice", Optional.empty(), ""), false);
        kept.written().toCompletableFuture().join();
        assertTrue(kept.outcome() instanceof Outcome.Decided, kept.outcome()::toString);
    }

    @Test
    void aCallerWithoutApprovalIsRefusedWithANumberAndIsOnTheList() throws Exception {
        start(REQUIRED);
        Line.Answer write = from("127.0.0.2").post("/w?token=SECRETCANARY");
        assertEquals(503, write.status());
        assertEquals("1", write.fields().get("retry-after"));
        assertTrue(
                write.body().contains("\"approval_request\":1,\"approval_contact\":\"#observability\""), write.body());
        Line.Answer read = from("127.0.0.2").get("/w/api/v1/query");
        assertEquals(403, read.status());
        assertTrue(read.body().contains("request 1 waits; ask #observability"), read.body());
        assertEquals(List.of(), upstream.received());

        assertEquals(1, pending().size());
        Pending pending = pending().get(0);
        assertEquals("address 127.0.0.2 for route metrics", pending.ask().toString());
        assertEquals("GET /w/api/v1/query", pending.seen().request());
        assertEquals("socket", pending.seen().knownBy());
        assertEquals(2, pending.seen().count());
        assertFalse(pending.toString().contains("SECRETCANARY"), pending::toString);
    }

    /** With the next request on the connection that is open: nothing has to be waited for. */
    @Test
    void aDecisionActsAtOnceAndOnOpenConnections() throws Exception {
        start(REQUIRED);
        Line agent = from("127.0.0.2");
        assertEquals(403, agent.get("/w").status());
        decide(1, Decision.APPROVED);
        assertEquals(200, agent.post("/w").status());
        assertEquals(200, agent.get("/w").status());
        assertEquals(503, from("127.0.0.3").post("/w").status());
        decide(1, Decision.REFUSED);
        Line.Answer refused = agent.get("/w");
        assertEquals(403, refused.status());
        assertTrue(refused.body().contains("the caller was refused route metrics (request 1)"), refused.body());
        assertEquals(2, upstream.received().size());
        assertEquals(1, pending().size());
    }

    @Test
    void aRouteThatAsksForNoneIsAsItWas() throws Exception {
        start("");
        assertEquals(200, from("127.0.0.2").get("/w").status());
        assertEquals(List.of(), pending());
    }

    @Test
    void aRouteComesToAskForItByAReload() throws Exception {
        start("");
        Line agent = from("127.0.0.2");
        assertEquals(200, agent.post("/w").status());
        Files.writeString(file(), configuration(REQUIRED));
        server.reload();
        Await.until("the edit is in force", () -> agent.post("/w").status() == 503);
        assertEquals(1, pending().size());
    }

    @Test
    void approvalsOutlastARestart() throws Exception {
        start(REQUIRED);
        from("127.0.0.2").post("/w");
        decide(1, Decision.APPROVED);
        server.close();
        start(REQUIRED);
        assertEquals(200, from("127.0.0.2").post("/w").status());
        assertEquals(403, from("127.0.0.3").get("/w").status());
        assertEquals(2, pending().get(0).number());
    }

    /** It is known by the socket's other end, whatever it writes. */
    @Test
    void nobodyPassesForAnApprovedCallerByAField() throws Exception {
        start(REQUIRED);
        from("127.0.0.2").post("/w");
        decide(1, Decision.APPROVED);
        assertEquals(
                503, from("127.0.0.3").post("/w", "x-forwarded-for: 127.0.0.2").status());
        assertEquals("127.0.0.3", pending().get(0).ask().caller().name());
    }

    @Test
    void behindATrustedProxyACallerIsKnownByWhatTheProxySays() throws Exception {
        start(REQUIRED, "access { allow = [\"127.0.0.1\", \"192.0.2.0/24\"], trusted-proxies = [\"127.0.0.1\"] }");
        Line proxy = from("127.0.0.1");
        assertEquals(403, proxy.get("/w", "x-forwarded-for: 192.0.2.7").status());
        assertEquals("address 192.0.2.7", pending().get(0).ask().caller().toString());
        assertEquals("forwarded", pending().get(0).seen().knownBy());
        decide(1, Decision.APPROVED);
        assertEquals(200, proxy.post("/w", "x-forwarded-for: 192.0.2.7").status());
        assertEquals(403, proxy.get("/w", "x-forwarded-for: 192.0.2.8").status());
        assertEquals(403, proxy.get("/w").status());
    }

    @Test
    void aCallerOnNoListCanBeLetIn() throws Exception {
        start("", ASK);
        assertEquals(200, from("127.0.0.1").get("/w").status());
        Line.Answer asked = from("127.0.0.2").post("/w");
        assertEquals(503, asked.status());
        assertTrue(asked.body().contains("the caller has to be approved for access: request 1 waits"), asked.body());
        Line agent = from("127.0.0.2");
        assertEquals(403, agent.get("/w").status());
        assertEquals("address 127.0.0.2 for access", pending().get(0).ask().toString());
        decide(1, Decision.APPROVED);
        assertEquals(200, agent.post("/w").status());
        assertEquals(200, from("127.0.0.2").post("/w").status());
        assertEquals(503, from("127.0.0.3").post("/w").status());
        decide(1, Decision.REFUSED);
        assertEquals(403, agent.get("/w").status());
    }

    @Test
    void nobodyIsAskedAboutWhoADenyEntryNames() throws Exception {
        start("", "access { allow = [\"127.0.0.1\"], deny = [\"127.0.0.2\"], unlisted = ask }");
        Line.Answer denied = from("127.0.0.2").post("/w");
        assertEquals(403, denied.status());
        assertTrue(denied.body().contains("the caller is denied by access.deny[0]"), denied.body());
        assertEquals(List.of(), pending());
    }

    /** An approval stands for a list, and never for the removal of a deny entry. */
    @Test
    void aDenyEntryCountsMoreThanAnApproval() throws Exception {
        start("", ASK);
        Line agent = from("127.0.0.2");
        agent.get("/w");
        decide(1, Decision.APPROVED);
        Files.writeString(
                file(),
                configuration("", "access { allow = [\"127.0.0.1\"], deny = [\"127.0.0.2\"], unlisted = ask }"));
        server.reload();
        Await.until("the edit is in force", () -> agent.get("/w").status() == 403);
    }

    @Test
    void callersOnNoListAreDeniedWhereNothingElseIsSaid() throws Exception {
        start("", "access.allow = [\"127.0.0.1\"]");
        Line.Answer denied = from("127.0.0.2").post("/w");
        assertEquals(503, denied.status());
        assertFalse(denied.body().contains("approval_request"), denied.body());
        assertEquals(List.of(), pending());
    }

    /** Those who ask have an eighth of the connections, at most; who is approved is not one of them any more. */
    @Test
    void thoseWhoAskTakeNoPlaceOfThoseWhoMayCall() throws Exception {
        start("", ASK, "limits.connections = 16");
        from("127.0.0.2").post("/w");
        decide(1, Decision.APPROVED);
        for (int i = 0; i < 40; i++) {
            from("127.0.0.3").write("GET /w HTTP/1.1\r\n");
        }
        List<Line> allowed = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            allowed.add(from(i % 2 == 0 ? "127.0.0.1" : "127.0.0.2"));
        }
        for (Line each : allowed) {
            assertEquals(200, each.get("/w").status());
        }
        for (Line each : allowed) {
            assertEquals(200, each.get("/w").status());
        }
    }

    @Test
    void withoutAFolderForItNothingThatNeedsApprovalStarts() throws Exception {
        for (String setting : List.of("routes.metrics.approval = required", "access.unlisted = ask")) {
            Files.writeString(file(), configuration("", setting).replace("state.dir = \"state\"\n", "\n"));
            String fault = assertThrows(
                            StartFailure.class,
                            () -> ProxyServer.start(
                                    HoconSource.file(file(), Map.of()), List.of(part), Environment.ofProcess()))
                    .getMessage();
            assertTrue(fault.contains("(" + setting.replaceFirst(" = .*", "") + "): needs state.dir, where"), fault);
        }
    }

    @Test
    void aFileThatCannotBeUsedKeepsItFromStarting() throws Exception {
        Files.createDirectory(folder.resolve("state"));
        Files.writeString(folder.resolve("state/subscriptions.jsonl"), "everybody\n");
        String fault = assertThrows(StartFailure.class, () -> start(REQUIRED)).getMessage();
        assertTrue(fault.contains("subscriptions.jsonl in state.dir, line 1"), fault);
    }

    @Test
    void saysWhatIsWrongWithSettings() throws Exception {
        Files.writeString(
                file(),
                configuration(
                        "approval = maybe",
                        "approval { contact = \"\", webhook = \"http://chat.example/SECRETCANARY\", max-pending = 9 }",
                        "access.unlisted = perhaps",
                        "approval.four-eye = true"));
        String faults = assertThrows(
                        StartFailure.class,
                        () -> ProxyServer.start(
                                HoconSource.file(file(), Map.of()), List.of(part), Environment.ofProcess()))
                .getMessage();
        for (String needed : List.of(
                "\"maybe\" is not one of none, required",
                "(approval.contact): is not a name",
                "(approval.webhook): would send callers and paths where others can read them",
                "\"9\" is not a whole number from 10 to 10000",
                "\"perhaps\" is not one of ask, deny",
                "four-eye")) {
            assertTrue(faults.contains(needed), () -> needed + " in " + faults);
        }
        assertFalse(faults.contains("SECRETCANARY"), faults);
    }
}
