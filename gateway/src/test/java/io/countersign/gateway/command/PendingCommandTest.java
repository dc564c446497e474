package io.countersign.gateway.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.approval.ApprovalConfig;
import io.countersign.gateway.approval.ApprovalStore;
import io.countersign.gateway.approval.Asking;
import io.countersign.gateway.approval.api.ApprovalDesk;
import io.countersign.gateway.approval.api.ApprovalResources;
import io.countersign.gateway.audit.AuditLog;
import io.countersign.gateway.audit.AuditResource;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.serve.ConsoleServer;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.proxy.admin.http.HttpServer;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.state.StateFolder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against the API, over a socket. */
class PendingCommandTest {
    private static final Map<String, Token> TOKENS = Map.of(
            secret('v'), token("viola", Role.VIEWER),
            secret('p'), token("perez", Role.APPROVER),
            secret('q'), token("quinn", Role.APPROVER));

    @TempDir
    Path folder;

    private final List<String> printed = new ArrayList<>();
    private volatile boolean fourEyes;
    private StateFolder state;
    private ApprovalStore store;
    private AuditLog audit;
    private ConsoleServer console;
    private String out;
    private String err;

    private static String secret(char of) {
        return "csgn_" + String.valueOf(of).repeat(43);
    }

    private static Token token(String name, Role role) {
        return new Token(name, Optional.of(role), Optional.empty());
    }

    @BeforeEach
    void start() throws Exception {
        state = StateFolder.open(folder.resolve("state"));
        store = new ApprovalStore(state, Clock.systemUTC(), 2000, newcomer -> {});
        audit = new AuditLog(Clock.systemUTC(), printed::add, Optional.of(state.log("audit", 100_000, 2)));
        ApprovalDesk desk = new ApprovalDesk(
                () -> Optional.of(store),
                () -> new ApprovalConfig(Optional.empty(), Optional.empty(), fourEyes, 100),
                audit::record);
        List<ApiResource> all = Stream.concat(
                        ApprovalResources.of(desk).stream(), Stream.of(new AuditResource(() -> Optional.of(audit))))
                .toList();
        console = ConsoleServer.start(
                new HttpServer.Port(new Bind.Tcp(new HostPort("127.0.0.1", 0)), Optional.empty()),
                new ConsoleServer.Access((text, now) -> Optional.ofNullable(TOKENS.get(text)), Set::of),
                new ConsoleServer.Content(all, List.of(), (actor, action, subject, detail) -> {}),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        console.close();
        audit.close();
        store.close();
        state.close();
    }

    private int run(char token, String... arguments) {
        StringWriter written = new StringWriter();
        StringWriter noted = new StringWriter();
        CommandLine line = PendingGroup.of(Map.of("COUNTERSIGN_TOKEN", secret(token)));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--server");
        all.add("http://127.0.0.1:" + console.address().getPort());
        int code = line.setOut(new PrintWriter(written, true))
                .setErr(new PrintWriter(noted, true))
                .execute(all.toArray(String[]::new));
        out = written.toString();
        err = noted.toString();
        return code;
    }

    @Test
    void readsALongListPartByPart() {
        for (int i = 0; i < 1100; i++) {
            Asking.address(store, "10.0." + i / 250 + "." + i % 250, Optional.of("metrics"));
        }
        assertEquals(0, run('v', "list"), () -> err);
        List<String> lines = out.lines().toList();
        assertEquals(1100, lines.size());
        assertEquals(1100, Set.copyOf(lines).size());
        assertTrue(lines.get(1099).contains("10.0.4.99"), lines.get(1099));
    }

    @Test
    void listsWhoWaitsAndApproves() {
        Asking.address(store, "10.0.0.7", Optional.of("metrics"));
        assertEquals(0, run('v', "list"), () -> err);
        assertTrue(out.startsWith("1  address 10.0.0.7 for route metrics  POST /w  1 times, 20"), out);
        assertEquals(0, run('p', "approve", "1", "--until", "2h", "--comment", "asked by mail"), () -> err);
        assertTrue(out.startsWith("request 1: approved address 10.0.0.7 for route metrics, until 20"), out);
        assertEquals(0, run('v', "list"));
        assertEquals("nobody waits" + System.lineSeparator(), err);
        assertEquals(0, run('v', "list", "--decided"));
        assertTrue(out.contains("approved until 20") && out.contains(" by perez: asked by mail"), out);
        assertEquals(0, run('p', "refuse", "1"));
        assertTrue(out.startsWith("request 1: refused address 10.0.0.7 for route metrics, until 20"), out);
    }

    @Test
    void eachDecisionIsInTheAuditLogUnderTheTokensName() throws Exception {
        Asking.address(store, "10.0.0.7", Optional.of("metrics"));
        run('p', "approve", "1", "--comment", "by \"mail\"");
        assertEquals(1, printed.size());
        assertTrue(
                printed.get(0)
                                .contains(
                                        "\"type\":\"audit\",\"actor\":\"perez\",\"action\":\"approve\","
                                                + "\"subject\":\"request 1: address 10.0.0.7 for route metrics\",\"detail\":\"until 20")
                        && printed.get(0).endsWith("; by \\\"mail\\\"\"}"),
                printed::toString);
        assertEquals(printed, audit.newest(10));
        try (ConsoleClient client =
                ConsoleClient.plain("127.0.0.1", console.address().getPort(), secret('v'))) {
            String entries =
                    client.send("GET", "/api/v1/audit?max=10", Optional.empty()).body();
            assertTrue(entries.contains("\"actor\":\"perez\",\"action\":\"approve\""), entries);
        }
    }

    @Test
    void aViewersTokenDecidesNothing() {
        Asking.address(store, "10.0.0.7", Optional.of("metrics"));
        assertEquals(1, run('v', "approve", "1"));
        assertTrue(err.contains("403") && err.contains("approver"), err);
        assertEquals(1, run('v', "refuse", "1"));
        assertEquals(1, run('x', "list"));
        assertTrue(err.contains("401"), err);
        assertEquals(1, store.approvals().pending().size());
        assertEquals(List.of(), store.approvals().subscriptions());
        assertEquals(List.of(), printed);
    }

    @Test
    void withFourEyesTheSecondTokenDecides() {
        fourEyes = true;
        Asking.address(store, "10.0.0.7", Optional.of("metrics"));
        assertEquals(0, run('p', "approve", "1"));
        assertTrue(out.contains("needs another approval"), out);
        run('v', "list");
        assertTrue(out.contains("approved by perez, needs another"), out);
        assertEquals(List.of(), store.approvals().subscriptions());
        assertEquals(0, run('q', "approve", "1"));
        assertTrue(out.startsWith("request 1: approved"), out);
        assertTrue(printed.get(0).contains("\"action\":\"propose\""), printed::toString);
        assertTrue(printed.get(1).contains("by perez, quinn"), printed::toString);
    }

    @Test
    void saysWhatIsWrong() {
        Asking.address(store, "10.0.0.7", Optional.of("metrics"));
        assertEquals(1, run('p', "approve", "2"));
        assertTrue(err.contains("there is no request 2"), err);
        assertEquals(1, run('p', "approve", "1", "--until", "40 days"));
        assertTrue(err.contains("an address can be approved for 30 days at most"), err);
        assertEquals(2, run('p', "approve", "1", "--until", "soon"));
        assertTrue(err.contains("--until \"soon\" is neither a date"), err);
        assertEquals(2, run('p', "approve", "one"));
        assertEquals(1, run('p', "approve", "1", "--comment", "x".repeat(201)));
        assertTrue(err.contains("write 200 at most"), err);
        assertEquals(List.of(), printed);
    }

    /** Whoever can have a certificate issued, or writes a comment, writes to the terminals of others. */
    @Test
    void nothingThatSomebodyElseWroteActsOnTheTerminalOrPassesForAnotherName() {
        Asking.certificate(store, "CN=p\u0430yments\u202e\u001b[2J\n2  address 10.0.0.9", Optional.of("metrics"));
        run('v', "list");
        assertEquals(1, out.lines().count(), out);
        assertTrue(out.contains("certificate CN=p\\u0430yments\\u202e\\u001b[2J\\u000a2  address 10.0.0.9 for"), out);
        run('p', "approve", "1", "--comment", "fine\u202e\u001b[2J\n");
        run('v', "list", "--decided");
        assertTrue(out.strip().chars().allMatch(c -> c >= 0x20 && c < 0x7f), out);
    }

    @Test
    void exportsApprovedAddressesAsLinesOfAList() {
        Asking.address(store, "10.0.0.7", Optional.empty());
        Asking.address(store, "2001:db8::7", Optional.empty());
        Asking.address(store, "10.0.0.8", Optional.of("metrics"));
        Asking.address(store, "10.0.0.9", Optional.empty());
        Asking.certificate(store, "CN=agent", Optional.empty());
        run('p', "approve", "1", "--until", "2199-01-31", "--comment", "until 2300-01-01");
        assertEquals("", out);
        run('p', "approve", "1", "--until", "8h", "--comment", "the lab, until 2300-01-01");
        run('p', "approve", "2");
        run('p', "approve", "3");
        run('p', "refuse", "4");
        run('p', "approve", "5");

        assertEquals(0, run('v', "export"));
        List<String> lines = out.lines().toList();
        assertEquals(3, lines.size(), out);
        assertTrue(
                lines.get(1)
                        .matches(
                                "10\\.0\\.0\\.7  # request 1, approved by perez: the lab, until 2300-01-01, until 20\\d\\d-.*Z"),
                out);
        assertTrue(lines.get(2).startsWith("2001:db8::/64  # request 2, approved by perez, until 20"), out);
        assertTrue(err.contains("left out: certificate CN=agent for access, without end"), err);

        assertEquals(0, run('v', "export", "--route", "metrics"));
        assertTrue(out.contains("10.0.0.8") && !out.contains("10.0.0.7"), out);

        assertEquals(0, run('v', "export", "--format", "configmap", "--name", "allow"));
        assertTrue(out.contains("kind: ConfigMap") && out.contains("  name: allow"), out);
        assertTrue(out.contains("  allow.list: |" + System.lineSeparator() + "    # Approved"), out);
        assertTrue(out.contains("    10.0.0.7  # request 1"), out);
        assertFalse(out.contains("10.0.0.9"), out);
        assertEquals(2, run('v', "export", "--format", "configmap", "--name", "a: b"));
    }
}
