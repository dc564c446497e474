package io.countersign.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.console.serve.RawConsole;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console of a running gateway, from outside. */
@Timeout(120)
class ConsoleTest {
    private static final List<String> READABLE = List.of(
            "status",
            "configuration",
            "routes",
            "callers",
            "rules",
            "rejections",
            "calls",
            "tokens",
            "catalogue",
            "overview",
            "held");

    @TempDir
    Path folder;

    private RunningConsole running;

    @BeforeEach
    void start() throws Exception {
        running = new RunningConsole(folder, "access.deny = [\"10.9.0.0/16\"]");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private static long number(String json, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(json);
        assertTrue(matcher.find(), () -> pattern + " is not in " + json);
        return Math.round(Double.parseDouble(matcher.group(1)));
    }

    private String event(BufferedReader lines, String name) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("event: " + name)) {
                return lines.readLine().substring("data: ".length());
            }
        }
        throw new AssertionError("the stream has ended");
    }

    /** A call is counted once it is over, and its client may be done with it before. */
    private void awaitCalls(int number) {
        Await.until(
                number + " calls are counted",
                () -> number(running.get("/api/v1/calls"), "\"count\":(\\d+)") == number);
    }

    private Socket stream() throws IOException {
        return running.console()
                .open("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + running.token(Role.VIEWER) + "\r\n\r\n");
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    /** From the first request that fails until the upstream answers one. */
    @Test
    void showsWhatAgentsHoldBackUntilItArrives() {
        String dead =
                "routes.dead { upstream = \"%s\", auth = none, match.path-prefix = /dead, on-failure = keep-data }";
        running.configure(dead.formatted("http://127.0.0.1:9"));
        running.gateway().post("/dead/x", "sample", "User-Agent", "Prometheus/2.42.0");
        Await.until(
                "what is held is shown",
                () -> running.get("/api/v1/held")
                        .contains("{\"agent\":\"prometheus\",\"user_agent\":\"Prometheus/2.42.0\",\"route\":\"dead\","
                                + "\"cause\":\"connection_refused\""));
        String held = running.get("/api/v1/held");
        assertTrue(number(held, "\"left_seconds\":(\\d+)") > 7_000, held);
        String counted = "countersign_held_total{cause=\"connection_refused\",route=\"dead\"} 1.0";
        assertTrue(running.gateway().admin("/metrics").contains(counted));
        running.configure(dead.formatted(running.upstream()));
        running.gateway().post("/dead/x", "sample", "User-Agent", "Prometheus/2.42.0");
        Await.until("nothing is held", () -> running.get("/api/v1/held").contains("\"held\":[]"));
    }

    @Test
    void itsNumbersAreThoseOfTheMetrics() {
        for (int i = 0; i < 3; i++) {
            assertEquals(200, running.gateway().post("/m/x", "body").statusCode());
        }
        assertEquals(404, running.gateway().get("/none").statusCode());
        awaitCalls(4);
        String metrics = running.gateway().admin("/metrics");
        String routes = running.get("/api/v1/routes");
        String ofRoute = "\"name\":\"metrics\".*?";
        assertEquals(
                number(metrics, "requests_total\\{code=\"200\",route=\"metrics\"\\} ([0-9.]+)"),
                number(routes, ofRoute + "\"requests\":([0-9.]+)"));
        assertEquals(3, number(routes, ofRoute + "\"requests\":([0-9.]+)"));
        assertEquals(
                number(metrics, "countersign_request_bytes_total\\{route=\"metrics\"\\} ([0-9.]+)"),
                number(routes, ofRoute + "\"request_bytes\":([0-9.]+)"));
        assertEquals(
                number(metrics, "countersign_request_duration_seconds_count\\{route=\"metrics\"\\} ([0-9.]+)"),
                number(routes, ofRoute + "\"duration_seconds_count\":([0-9.]+)"));
        assertEquals(4, number(running.get("/api/v1/calls"), "\"count\":(\\d+)"));
        assertEquals(
                number(metrics, "countersign_buffered_limit_bytes ([0-9.E]+)"),
                number(running.get("/api/v1/status"), "\"buffered_limit_bytes\":(\\d+)"));
    }

    @Test
    void countsItselfToo() throws IOException {
        running.console().get("/api/v1/status", "csgn_" + "A".repeat(43));
        try (Socket socket = stream()) {
            assertTrue(lines(socket).readLine().startsWith("HTTP/1.1 200 "));
            Await.until(
                    "it is counted",
                    () -> running.gateway().admin("/metrics").contains("countersign_console_streams 1.0"));
        }
        String metrics = running.gateway().admin("/metrics");
        assertTrue(metrics.contains("countersign_console_wrong_tokens_total 1.0"), metrics);
        assertTrue(metrics.contains("countersign_console_slow_streams_total 0.0"), metrics);
    }

    @Test
    void findsCalls() {
        running.gateway().post("/m/x?secret=canary", "body");
        running.gateway().get("/plain/a");
        running.gateway().get("/none");
        awaitCalls(3);
        String all = running.get("/api/v1/calls?limit=2");
        assertTrue(all.matches("(?s).*\"path\":\"/none\".*\"path\":\"/plain/a\".*"), all);
        long next = number(all, "\"next\":\"(\\d+)\"");
        assertTrue(next < 1L << 53, "a number that scripts can count with");
        assertTrue(running.get("/api/v1/calls?before=" + next).contains("\"path\":\"/m/x?secret\""), all);
        String id = all.replaceFirst("(?s).*\"id\":\"([0-9a-f]{16})\".*", "$1");
        assertTrue(running.get("/api/v1/calls/" + id).contains("\"path\":\"/plain/a\""), all);
        assertTrue(running.console()
                .get("/api/v1/calls/none", running.token(Role.VIEWER))
                .problem()
                .startsWith("404 "));
        assertTrue(running.get("/api/v1/calls?route=plain").contains("/plain/a"));
        assertFalse(running.get("/api/v1/calls?route=plain").contains("/none"));
        assertTrue(running.get("/api/v1/calls?status=failed").contains("/none"));
        assertTrue(running.get("/api/v1/calls?status=404").contains("/none"));
        assertTrue(running.get("/api/v1/calls?status=5xx").contains("\"calls\":[]"));
        assertTrue(running.get("/api/v1/calls?caller=127.0.0.1&status=2xx").contains("/plain/a"));
        assertTrue(running.get("/api/v1/calls?caller=127.0.0.2").contains("\"calls\":[]"));
        assertTrue(running.get("/api/v1/calls?since=2099-01-01T00:00:00Z").contains("\"calls\":[]"));
        String bad = running.console()
                .get("/api/v1/calls?status=many", running.token(Role.VIEWER))
                .problem();
        assertTrue(bad.startsWith("400 status is a number such as 403"), bad);
    }

    @Test
    void keepsAsManyCallsAsTheConfigurationSays() {
        running.configure("calls.keep = 2");
        for (String path : List.of("/plain/a", "/plain/b", "/plain/c")) {
            running.gateway().get(path);
        }
        Await.until("the last is there", () -> running.get("/api/v1/calls").contains("/plain/c"));
        String calls = running.get("/api/v1/calls");
        assertTrue(calls.contains("/plain/c") && calls.contains("/plain/b") && !calls.contains("/plain/a"), calls);
    }

    @Test
    void countsWhatRulesDecide() {
        running.gateway().get("/plain/a");
        running.configure("access { allow = [\"127.0.0.1\"], deny = [\"10.9.0.0/16\"] }");
        running.gateway().get("/plain/a");
        running.gateway().get("/plain/b");
        awaitCalls(3);
        String rules = running.get("/api/v1/rules");
        assertTrue(
                rules.contains("\"text\":\"127.0.0.1\",\"place\":\"access.allow[0]\",\"ended\":false,\"hits\":2,"),
                rules);
        assertTrue(
                rules.contains("\"text\":\"10.9.0.0/16\",\"place\":\"access.deny[0]\",\"ended\":false,\"hits\":0"),
                rules);
        String page = running.get("/api/v1/rules?limit=1");
        assertTrue(page.contains("\"count\":2,\"next\":1,"), page);
        assertFalse(running.get("/api/v1/rules?limit=1&after=1").contains("\"next\""));
        String test = running.console()
                .post("/api/v1/rules/test", running.token(Role.VIEWER), "{\"address\":\"10.9.1.2\",\"path\":\"/m\"}")
                .body();
        assertTrue(test.contains("\"verdict\":\"denied\",\"rule\":\"access.deny[0]\""), test);
    }

    @Test
    void followsWhatHappens() throws IOException, InterruptedException {
        running.gateway().get("/plain/before");
        try (Socket socket = stream()) {
            BufferedReader lines = lines(socket);
            assertTrue(lines.readLine().startsWith("HTTP/1.1 200 "));
            Await.until("the stream has begun", () -> lines.readLine().startsWith(": nothing new"));
            running.gateway().get("/plain/a");
            assertTrue(event(lines, "call").contains("\"path\":\"/plain/a\""));
            running.configure("access.deny = [\"10.8.0.0/16\"]");
            String taken = event(lines, "reload");
            assertTrue(taken.contains("\"newest_taken\":true,\"faults\":[]"), taken);
        }
    }

    @Test
    void reloadsForAnAdministratorAlone() throws IOException {
        long before = number(running.get("/api/v1/status"), "\"number\":(\\d+)");
        for (Role role : List.of(Role.VIEWER, Role.APPROVER)) {
            assertEquals(
                    403,
                    running.console()
                            .post("/api/v1/reload", running.token(role), "")
                            .status());
        }
        Files.writeString(running.gateway().file(), "countersign { routes = 7 }");
        RawConsole.Answer answer = running.console().post("/api/v1/reload", running.token(Role.ADMIN), "");
        assertEquals(202, answer.status());
        assertEquals("{\"after\":" + before + "}\n", answer.body());
        Await.until("it was read", () -> number(running.get("/api/v1/status"), "\"number\":(\\d+)") > before);
        String status = running.get("/api/v1/status");
        assertTrue(status.contains("\"newest_taken\":false"), status);
        assertTrue(status.contains("(routes)\",\"what\":\"is a number; write an object"), status);
        assertEquals(200, running.gateway().get("/plain/a").statusCode());
    }

    @Test
    void aTokenThatIsRemovedEndsItsStreamsToo() throws Exception {
        try (Socket socket = stream()) {
            BufferedReader lines = lines(socket);
            assertTrue(lines.readLine().startsWith("HTTP/1.1 200 "));
            running.file().remove("a-viewer");
            running.gateway().server().reload();
            String line = lines.readLine();
            while (line != null) {
                line = lines.readLine();
            }
            assertEquals(
                    401,
                    running.console()
                            .get("/api/v1/status", running.token(Role.VIEWER))
                            .status());
        }
        String added = running.file()
                .add(new Token("new", Optional.of(Role.VIEWER), Optional.empty()), new SecureRandom())
                .secret();
        running.gateway().server().reload();
        Await.until(
                "the new one is in force",
                () -> running.console().get("/api/v1/status", added).status() == 200);
    }

    /** Whatever is configured, or sent by callers: no secret, query value or body comes out. */
    @Test
    void nothingSecretComesOut() throws IOException {
        running.configure("""
                credentials.other { access-key-id = AKIDOTHER, secret-access-key = SECRETCANARY2, session-token = SECRETCANARY3 }
                routes.plain.headers.set { x-api-key = SECRETCANARY4 }
                """);
        running.gateway().post("/m/x?token=SECRETCANARY5", "SECRETCANARY6", "Authorization", "Bearer SECRETCANARY7");
        running.gateway().get("/none?SECRET=SECRETCANARY8");
        StringBuilder all = new StringBuilder();
        READABLE.forEach(each -> all.append(running.get("/api/v1/" + each)));
        try (Socket socket = running.console()
                .open("GET /api/v1/events?after=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + running.token(Role.VIEWER) + "\r\n\r\n")) {
            all.append(event(lines(socket), "call"));
        }
        assertFalse(all.toString().contains("CANARY"), all::toString);
        assertFalse(all.toString().contains("csgn_"), all::toString);
        for (String line : Files.readAllLines(folder.resolve("tokens"))) {
            for (String word : line.split("\\s+", -1)) {
                assertFalse(word.length() > 30 && all.indexOf(word) >= 0, () -> word + " is in " + all);
            }
        }
    }
}
