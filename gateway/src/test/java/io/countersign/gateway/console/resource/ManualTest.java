package io.countersign.gateway.console.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.countersign.gateway.approval.api.ApprovalDesk;
import io.countersign.gateway.approval.api.ApprovalResources;
import io.countersign.gateway.audit.AuditResource;
import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.Exchanges;
import io.countersign.gateway.console.RunningConsole;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.config.Reloads;
import io.countersign.gateway.console.config.ShownSettings;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.lifecycle.Lifecycles;
import io.countersign.gateway.overview.Overview;
import io.countersign.gateway.overview.Window;
import io.countersign.gateway.tenant.Tenants;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.held.Horizons;
import io.countersign.proxy.metrics.RouteReport;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.testing.Await;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/API.md tells the truth: each field that it names is returned, and each that is returned has a name there. */
@Timeout(120)
class ManualTest {
    /** Whether it is there depends on the machine. */
    private static final String WHERE_THERE_IS_A_LIMIT = "headroom.memory_limit_bytes";

    private static final ProxyConfig CONFIG =
            loaded("countersign.routes.a { upstream = \"http://127.0.0.1:9\", auth = none }");

    private static final String CALLED_BY = "GET /api/v1/calls";

    @TempDir
    Path folder;

    private final Map<String, Set<String>> seen = new TreeMap<>();

    private void saw(String operation, String json) {
        Set<String> fields = seen.computeIfAbsent(operation, absent -> new TreeSet<>());
        // The names of labels are an operator's; what is within these is described elsewhere.
        Fields.of(json)
                .forEach(field -> fields.add(field.replaceFirst("\\.labels\\..*", ".labels")
                        .replaceFirst("^(pending|subscription|call)\\..*", "$1")));
        if (operation.endsWith("/status")) {
            fields.add(WHERE_THERE_IS_A_LIMIT);
        }
    }

    @Test
    void everyFieldIsDescribedAndReturned() throws Exception {
        showFixtures();
        showRunning();
        showApproval();
        showTenants();
        Map<String, Set<String>> described = new TreeMap<>();
        Manual.read().operations().forEach((operation, each) -> described.put(operation, each.fields()));
        Set<String> ofACall = new TreeSet<>();
        described.get(CALLED_BY).stream()
                .filter(field -> field.startsWith("calls[]."))
                .forEach(field -> ofACall.add(field.substring("calls[].".length())));
        described.put("event call", ofACall);
        assertEquals(lines(described), lines(seen));
    }

    private static String lines(Map<String, Set<String>> fields) {
        StringBuilder out = new StringBuilder();
        fields.forEach((operation, names) -> names.forEach(
                name -> out.append(operation).append(' ').append(name).append('\n')));
        return out.toString();
    }

    private void showFixtures() throws Exception {
        saw("GET /api/v1/status", Ask.get(status(), ""));
        saw(CALLED_BY, Ask.get(new CallsResource(Full.calls()), "limit=2"));
        saw("GET /api/v1/calls/{id}", Ask.get(new CallResource(Full.calls()), "", Map.of("id", "0123456789abcdef")));
        for (String query : List.of("by=route", "by=tenant")) {
            saw("GET /api/v1/overview", Ask.get(new OverviewResource(overview()), query));
        }
        saw(
                "GET /api/v1/held",
                Ask.get(
                        new HeldResource(
                                Full.held(), () -> Horizons.DEFAULT, () -> List.of(Full.report(true)), overview()),
                        ""));
        saw("GET /api/v1/callers", Ask.get(new CallersResource(Full.calls()), ""));
        saw("GET /api/v1/rejections", Ask.get(new RejectionsResource(() -> List.of(Full.report(false))), ""));
        saw("GET /api/v1/rules", Ask.get(new RulesResource(() -> CONFIG, decidedByDefault()), ""));
        saw(
                "GET /api/v1/rules",
                Ask.get(new RulesResource(() -> RulesResourceTest.config(folder), decidedByDefault()), ""));
        Token ending = new Token("ending", Optional.of(Role.VIEWER), Optional.of(Full.NOW));
        saw("GET /api/v1/tokens", Ask.get(new TokensResource(() -> List.of(ending)), ""));
        events();
    }

    private static Overview overview() {
        AtomicLong nanos = new AtomicLong();
        Overview overview = new Overview(nanos::get);
        overview.watch();
        overview.finished(Full.exchange());
        nanos.addAndGet(Window.QUARTER_HOUR.step().toNanos());
        overview.tick();
        return overview;
    }

    private static Calls decidedByDefault() {
        Calls calls = new Calls(0);
        calls.watch(1);
        calls.finished(Exchanges.byDefault(Exchanges.from("127.0.0.1")));
        return calls;
    }

    private static StatusResource status() throws IOException {
        ProxyConfig config = loaded("""
                countersign {
                  credentials { assumed { role-arn = "arn:aws:iam::123456789012:role/agent", sts-region = us-east-1 } }
                  routes { a { upstream = "http://127.0.0.1:9", auth = none } }
                }
                """);
        Reloads reloads = new Reloads(Clock.systemUTC());
        reloads.refused(List.of(new ConfigFault("countersign.conf:3 (routes.a)", "is wrong")));
        return new StatusResource(Full.host(config), ManualTest::nothing, reloads);
    }

    private static ProxyConfig loaded(String text) {
        LoadResult result =
                HoconSource.text(text, Path.of("").toAbsolutePath(), Map.of()).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config();
    }

    private void events() {
        Calls calls = Full.calls();
        Reloads reloads = new Reloads(Clock.systemUTC());
        AtomicReference<List<RouteReport>> reports = new AtomicReference<>(List.of());
        AtomicLong nanos = new AtomicLong();
        EventStream stream =
                new EventStream(calls::recent, reloads, new Health(reports::get), () -> true, nanos::get, -1);
        String all = new String(stream.next().orElseThrow(), StandardCharsets.UTF_8);
        reloads.refused(List.of(new ConfigFault("countersign.conf:3", "is wrong")));
        reports.set(List.of(Full.report(true)));
        nanos.addAndGet(2_000_000_000L);
        for (int i = 0; i < 9; i++) {
            calls.finished(i == 8 ? Full.relayed() : Full.exchange());
        }
        all += new String(stream.next().orElseThrow(), StandardCharsets.UTF_8);
        for (String event : all.split("\n\n", -1)) {
            int name = event.indexOf("event: ");
            if (name >= 0) {
                int end = event.indexOf('\n', name);
                saw("event " + event.substring(name + 7, end), event.substring(event.indexOf("data: ") + 6));
            }
        }
    }

    /** What takes a running gateway: one whose route fails, and heals. */
    private void showRunning() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.writeString(folder.resolve("allow.list"), "127.0.0.0/8  # us; until 2099-01-01\n10.0.0.0/8\n");
        Files.writeString(folder.resolve("policy.json"), """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}]}
                """);
        try (RunningConsole running = new RunningConsole(folder, """
                access { allow-files = [allow.list], deny = ["10.9.0.0/16"] }
                routes { flaky { upstream = "http://127.0.0.1:%d", service = execute-api, region = us-east-1
                  match { path-prefix = /flaky, methods = [POST], hosts = ["127.0.0.1"] }, strip-prefix = /flaky
                  description = d, owner = o, contact = c, docs = "https://docs.example/", labels { tier = one }
                  state = deprecated, deprecation = 2026-01-01, sunset = 2099-01-01, successor = /new, retire.final = 2099-02-01
                  brownout { for = 10 s, every = 7 days } } }
                routes.paired { upstream = ["http://127.0.0.1:1/", "http://127.0.0.1:2/"], service = execute-api, region = us-east-1
                  match.path-prefix = /paired }
                routes.metrics.policy-files = [policy.json]
                """.formatted(port))) {
            running.gateway().post("/flaky/a", "sample");
            running.gateway().get("/paired/a");
            saw("GET /api/v1/routes", running.get("/api/v1/routes"));
            HttpServer late = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            late.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            late.start();
            try {
                running.gateway().post("/flaky/a", "sample");
                running.gateway().get("/m/x");
            } finally {
                late.stop(0);
            }
            show(running);
        }
    }

    /** Two who approve one caller. */
    private void showApproval() throws Exception {
        Path own = Files.createDirectory(folder.resolve("approval"));
        try (RunningConsole running = new RunningConsole(own, """
                state.dir = "%s"
                routes.metrics.approval = required
                routes.plain.approval = required
                approval.four-eyes = true
                # Nobody listens there.
                quotas.shared = "redis://127.0.0.1:1"
                """.formatted(own.resolve("state")))) {
            running.gateway().post("/m/x", "sample");
            running.gateway().get("/plain/x");
            List<String> numbers = Pattern.compile("\"number\":(\\d+)")
                    .matcher(running.get("/api/v1/pending"))
                    .results()
                    .map(number -> number.group(1))
                    .toList();
            decide(running, numbers.get(0), Role.APPROVER);
            saw("GET /api/v1/pending", running.get("/api/v1/pending?limit=1"));
            decide(running, numbers.get(0), Role.ADMIN);
            decide(running, numbers.get(1), Role.ADMIN);
            decide(running, numbers.get(1), Role.APPROVER);
            saw("GET /api/v1/subscriptions", running.get("/api/v1/subscriptions?limit=1"));
            saw("GET /api/v1/audit", running.get("/api/v1/audit"));
        }
    }

    /** One with every limit. */
    private void showTenants() throws Exception {
        Path own = Files.createDirectory(folder.resolve("tenants"));
        try (RunningConsole running = new RunningConsole(own, """
                tenants { all { match { addresses = ["127.0.0.0/8"] }, routes = [metrics], credentials = default
                  headers.set { X-Scope-OrgID = all }, rate = 100/s, in-flight = 8, buffered = 16 MiB, bytes-per-day = 1 GiB } }
                """)) {
            running.gateway().post("/m/x", "sample");
            Await.until(
                    "the call is counted", () -> running.get("/api/v1/tenants").contains("\"count\":1"));
            String tenants = running.get("/api/v1/tenants");
            assertTrue(tenants.contains("\"in_flight\":{\"now\":0,\"max\":8}"), tenants);
            saw("GET /api/v1/tenants", tenants);
            saw(
                    "POST /api/v1/rules/test",
                    running.console()
                            .post(
                                    "/api/v1/rules/test",
                                    running.token(Role.VIEWER),
                                    "{\"address\":\"127.0.0.1\",\"path\":\"/m/x\"}")
                            .body());
        }
    }

    private void decide(RunningConsole running, String number, Role role) {
        String body = "{\"decision\":\"approve\",\"until\":\"1h\",\"comment\":\"known\"}";
        saw(
                "POST /api/v1/pending/{number}",
                running.console()
                        .post("/api/v1/pending/" + number, running.token(role), body)
                        .body());
    }

    private void show(RunningConsole running) {
        for (String path : List.of("configuration", "routes", "catalogue", "rules", "rules?limit=1", "tokens")) {
            String name = path.replaceFirst("\\?.*", "");
            saw("GET /api/v1/" + name, running.get("/api/v1/" + path));
        }
        for (String body : List.of(
                "{\"address\":\"127.0.0.1\",\"path\":\"/m\"}", "{\"address\":\"127.0.0.1\",\"path\":\"/none\"}")) {
            saw(
                    "POST /api/v1/rules/test",
                    running.console()
                            .post("/api/v1/rules/test", running.token(Role.VIEWER), body)
                            .body());
        }
        saw(
                "POST /api/v1/reload",
                running.console()
                        .post("/api/v1/reload", running.token(Role.ADMIN), "")
                        .body());
    }

    /** Each operation with a token of each role, with that of a caller, and without one. */
    @Test
    void everyOperationTakesItsRoleAndNoLess() throws Exception {
        try (RunningConsole running = new RunningConsole(folder, "")) {
            String caller = running.file()
                    .add(new Token("caller", Optional.empty(), Optional.empty()), new SecureRandom())
                    .secret();
            running.configure("");
            Manual.read().operations().forEach((operation, described) -> {
                if (operation.startsWith("event ")) {
                    return;
                }
                // In place of GET, so that a stream ends.
                String method = operation.replaceFirst(" .*", "").replace("GET", "HEAD");
                String path = operation.replaceFirst(".* ", "").replaceFirst("\\{.*}", "1");
                for (Role role : Role.values()) {
                    int status = running.console()
                            .send(method, path, running.token(role), "", "")
                            .status();
                    boolean suffices = role.includes(Role.of(described.role()).orElseThrow());
                    assertEquals(suffices, status != 403, operation + " as " + role + ": " + status);
                    assertNotEquals(401, status, operation + " as " + role);
                }
                for (String token : List.of("", caller, "csgn_" + "A".repeat(43))) {
                    assertEquals(
                            401,
                            running.console().send(method, path, token, "", "").status(),
                            operation);
                }
            });
        }
    }

    /** What is served is what is described; the paths are those that a running console names. */
    @Test
    void everyOperationIsDescribedAndExists() throws Exception {
        Map<String, Manual.Described> described = new TreeMap<>(Manual.read().operations());
        described.keySet().removeIf(operation -> operation.startsWith("event "));
        Set<String> paths = new TreeSet<>();
        described.keySet().forEach(operation -> paths.add(operation.substring(operation.indexOf(' ') + 1)));
        try (RunningConsole running = new RunningConsole(folder, "")) {
            String known =
                    running.console().get("/none", running.token(Role.VIEWER)).problem();
            assertEquals("404 not here; known: " + String.join(" ", paths), known);
        }
        List<ApiResource> resources = new ArrayList<>(Resources.of(
                Full.host(CONFIG),
                Full.calls(),
                overview(),
                new Reloads(Clock.systemUTC()),
                ManualTest::nothing,
                List::of));
        resources.add(new Lifecycles(Clock.systemUTC()).catalogue());
        resources.add(new AuditResource(Optional::empty));
        resources.add(new Tenants(config -> null, config -> null, Clock.systemUTC()).resource());
        resources.addAll(
                ApprovalResources.of(new ApprovalDesk(Optional::empty, () -> null, (by, action, on, detail) -> null)));
        for (ApiResource resource : resources) {
            resource.operations().forEach((method, operation) -> {
                String name = method + " " + resource.path();
                Manual.Described said = described.get(name);
                assertEquals(operation.role().word(), said.role(), name);
                assertEquals(new TreeSet<>(operation.query()), said.query(), name);
                assertEquals(new TreeSet<>(operation.body().members()), said.body(), name);
                assertTrue(!method.equals(HttpMethod.GET) || operation.audited().isEmpty(), name);
            });
        }
    }

    private static ShownSettings nothing() {
        return new ShownSettings(List.of(), 0, "0123456789abcdef");
    }
}
