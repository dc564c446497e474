package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.accesslog.CallLine;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Past calls before another configuration. */
class ReplayTest {
    private static final String UPSTREAM = "abc123.execute-api.us-east-1.amazonaws.com";
    private static final String ROUTE = "routes { metrics { upstream = \"https://" + UPSTREAM + "/prod\" } }";

    @TempDir
    Path folder;

    private static String line(String client, String path, String more) {
        return "{\"time\":\"2026-11-27T05:00:00.000Z\",\"id\":\"00000000000000aa\",\"client\":\"" + client
                + "\",\"verdict\":\"allowed\",\"rule\":\"default\",\"route\":\"metrics\",\"method\":\"POST\",\"path\":\""
                + path
                + "\",\"status\":200,\"own\":false,\"complete\":true,\"request_bytes\":1000,\"attempts\":1,\"upstream\":\""
                + UPSTREAM + "\"" + more + "}";
    }

    private static String denied(String client) {
        return "{\"time\":\"2026-11-27T06:00:00.000Z\",\"id\":\"00000000000000dd\",\"client\":\"" + client
                + "\",\"verdict\":\"denied\",\"rule\":\"default\",\"method\":\"POST\",\"path\":\"/w\",\"status\":503,\"own\":true,"
                + "\"complete\":true,\"error\":\"http_request_denied\",\"attempts\":0}";
    }

    private Command replay(String settings, List<String> lines, String... more) throws IOException {
        Path log = Files.write(folder.resolve("calls.jsonl"), lines);
        return replay(settings, log, more);
    }

    private Command replay(String settings, Path log, String... more) throws IOException {
        Path config = Files.writeString(folder.resolve("new.conf"), "countersign {\n" + settings + "\n}\n");
        List<String> words =
                new ArrayList<>(List.of("replay", "--calls", log.toString(), "--config", config.toString()));
        words.addAll(List.of(more));
        return Command.run(words.toArray(String[]::new));
    }

    private static void says(Command replay, int exitCode, String... parts) {
        for (String part : parts) {
            assertTrue(replay.out().contains(part), () -> "no '" + part + "' in\n" + replay.out() + replay.err());
        }
        assertEquals(exitCode, replay.exitCode(), replay.out() + replay.err());
    }

    @Test
    void findsNothingWhereNothingChanges() throws IOException {
        Command replay = replay(ROUTE, List.of(line("127.0.0.1", "/w?a", "")));
        says(
                replay,
                0,
                "1 calls from 2026-11-27T05:00:00.000Z to 2026-11-27T05:00:00.000Z; 1 would be treated as they were");
        assertFalse(replay.out().contains("denied:"), replay.out());
    }

    @Test
    void failsWhereNoLineIsOfACall() throws IOException {
        Command replay = replay(ROUTE, List.of("a line of some other log"));
        says(replay, 2, "not judged: 1");
        assertTrue(replay.err().contains("no line of these files is of a call"), replay.err());
    }

    @Test
    void groupsTheCallsThatWouldBeDeniedByWhoAndWhy() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            lines.add(line("10.0.0." + i, "/w", ""));
            lines.add(line("10.0.0." + i, "/w", ""));
        }
        lines.add(line("10.9.0.1", "/w", ""));
        lines.add(denied("10.9.0.2"));
        lines.add(denied("10.0.0.9"));
        Command replay = replay("access { allow = [\"10.0.0.9\"], deny = [\"10.9.0.0/16\"] }\n" + ROUTE, lines);
        says(
                replay,
                1,
                "13 calls",
                "; 1 would be treated as they were",
                "denied: 11 would be denied, and were let through",
                "  10 of route metrics: 503, denied by default (",
                "; 5 callers",
                "    10.0.0.1, POST /w, 2026-11-27T05:00:00.000Z, id 00000000000000aa",
                "  1 of route metrics: 403, denied by access.deny[0] (10.9.0.0/16); 1 caller",
                "allowed: 1 would be let through, and were refused",
                "  1 to route metrics; 1 caller");
    }

    @Test
    void namesTheCallsThatWouldGoElsewhere() throws IOException {
        String routes = "routes { metrics { upstream = \"https://other." + UPSTREAM.substring(7) + "/prod\" }, "
                + "reads { upstream = \"https://" + UPSTREAM + "/prod\", match.path-prefix = /r } }";
        says(
                replay(routes, List.of(line("127.0.0.1", "/w", ""), line("127.0.0.1", "/r/a", ""))),
                1,
                "rerouted: 2 would be sent elsewhere",
                "from route metrics (" + UPSTREAM + ") to metrics (other.execute-api.us-east-1.amazonaws.com)",
                "from route metrics (" + UPSTREAM + ") to reads (" + UPSTREAM + ")");
    }

    @Test
    void namesTheCallsThatWouldBeTooLarge() throws IOException {
        String routes = ROUTE.replace("\" }", "\", limits.body = 2 KiB }");
        List<String> lines = List.of(
                line("127.0.0.1", "/w", "").replace(":1000,", ":2048,"),
                line("127.0.0.1", "/w", "").replace(":1000,", ":2049,"),
                line("127.0.0.1", "/" + "w".repeat(1500), ""));
        says(
                replay(routes + "\nlimits.max-target-bytes = 1 KiB", lines),
                1,
                "limited: 1 would be too large",
                "1 of route metrics: its body is larger than the route takes, 2 KiB",
                "denied: 1 would be denied");
    }

    /** Enforcing rules that were tried in audit mode is the step that one wants to know about before. */
    @Test
    void tellsWhatAnAuditWouldDeny() throws IOException {
        says(
                replay(
                        "access { mode = audit, allow = [\"10.0.0.1\"] }\n" + ROUTE,
                        List.of(line("10.0.0.2", "/w", ""))),
                1,
                "would deny: 1 would be let through, since access.mode is audit, and denied once it is enforce");
    }

    @Test
    void tellsWhatTheLogDoesNotSay() throws IOException {
        List<String> lines = List.of(
                "{\"time\":\"2026-11-27T05:00:00.000Z\",\"summary\":\"calls\",\"route\":\"metrics\",\"count\":42}",
                "{\"time\":\"2026-11-27T05:00:00.000Z\",\"id\":\"1\",\"client\":\"127.0.0.1\",\"status\":400,\"own\":true}",
                line("unix:nobody-of-that-name", "/w", ""),
                line("127.0.0.1", "/w\u2026", ""),
                "WARN not JSON",
                "");
        says(
                replay(ROUTE, lines),
                0,
                "1 calls from",
                "not judged: 1, since the head of the request could not be read",
                "not judged: 1, since the caller can't be made out of the log here",
                "not judged: 1, since the log has cut the path",
                "not judged: 1, since the line is not of a call",
                "this log, which counts 42 calls in summaries: log.access = all would have them",
                "not in such a log:\n  header fields other than User-Agent");
    }

    @Test
    void knowsCallersByWhatTheyHadShown() throws IOException {
        String spiffe = ",\"certificate\":\"spiffe://prod/agents/a\"";
        String other = ",\"certificate\":\"CN=batch,O=acme\"";
        says(
                replay(
                        "access { allow-certificates = [\"spiffe://prod/agents/*\"], allow = [\"10.0.0.0/8\"] }\n"
                                + ROUTE,
                        List.of(line("10.0.0.1", "/w", spiffe), line("10.0.0.1", "/w", other))),
                1,
                "denied: 1 would be denied",
                "10.0.0.1 as CN=batch,O=acme, POST /w");
    }

    /** The form of a line is the one that the proxy writes. */
    @Test
    void readsWhatTheProxyWrites() throws Exception {
        ExchangeRecord record = new ExchangeRecord(
                "00000000000000ee",
                Caller.ofSocket(InetAddress.getByName("10.0.0.7")),
                Optional.of(new Verdict.Allowed(new Rule("allow.list:3", "10.0.0.0/24"))),
                Optional.of("metrics"),
                new ExchangeRecord.Request(
                        Optional.of("POST"), Optional.of("/w"), Optional.of("a"), Optional.empty(), Optional.empty()),
                new ExchangeRecord.Outcome(
                        5,
                        new ExchangeRecord.Response(200, false, 0, true, 0),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new ExchangeRecord.UpstreamResult(
                                List.of(new ExchangeRecord.Attempt(
                                        UPSTREAM,
                                        true,
                                        1,
                                        2,
                                        new ExchangeRecord.Answer(200, Optional.empty(), Optional.empty()),
                                        Optional.empty())),
                                Optional.empty(),
                                Optional.empty(),
                                new ExchangeRecord.Items(0, 0),
                                Optional.empty())),
                new ExchangeRecord.Timings(0, 1, 1, 1, 1, 1, 3));
        CallLine lines = new CallLine();
        List<String> both = List.of(lines.of(record), lines.of(7, record));
        says(
                replay("access.allow = [\"10.0.0.0/8\"]\n" + ROUTE, both),
                0,
                "2 calls",
                "; 2 would be treated as they were");
        says(replay("access.allow = [\"10.0.0.1\"]\n" + ROUTE, both), 1, "denied: 2 would be denied");
    }

    @Test
    void readsCompressedLogsOfWhichTheEndIsMissing() throws IOException {
        Path log = folder.resolve("calls.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(log), true)) {
            out.write((line("10.0.0.2", "/w", "") + "\n").getBytes(UTF_8));
            out.flush();
        }
        byte[] whole = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(whole, whole.length - 4));
        says(replay(ROUTE, log), 1, "denied: 1 would be denied");
    }

    @Test
    void printsJson() throws IOException {
        Command replay =
                replay("access.allow = [\"10.0.0.1\"]\n" + ROUTE, List.of(line("10.0.0.2", "/w", "")), "-o", "json");
        says(replay, 1, "\"calls\": 1", "\"change\": \"denied\"", "\"count\": 1", "\"id\": \"00000000000000aa\"");
        assertTrue(replay.out().startsWith("{"), replay.out());
    }

    @Test
    void readsStandardInput() throws IOException {
        Path config = Files.writeString(folder.resolve("new.conf"), "countersign { " + ROUTE + " }");
        Command replay = Command.run(
                Map.of(), line("10.0.0.2", "/w", ""), "replay", "--calls", "-", "--config", config.toString());
        says(replay, 1, "denied: 1 would be denied");
        assertEquals(
                2,
                Command.run("replay", "--calls", "no-such-file", "--config", config.toString())
                        .exitCode());
    }

    /** Callers, paths and reasons that are all different: what is kept of them has a bound. */
    @Test
    void keepsABoundedNumberOfGroupsAndCallers() throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder deny = new StringBuilder("access { allow = [\"10.0.0.0/8\"], deny = [");
        for (int i = 0; i < 700; i++) {
            String address = "10.1." + i / 256 + "." + i % 256;
            deny.append('"').append(address).append("\" ");
            lines.add(line(address, "/w", ""));
        }
        for (int i = 0; i < 1500; i++) {
            lines.add(0, line("192.0." + i / 256 + "." + i % 256, "/w" + i, ""));
        }
        Command replay = replay(deny.toString().replace("\" ", "\", ") + "] }\n" + ROUTE, lines);
        says(
                replay,
                1,
                "  1500 of route metrics: 503, denied by default (",
                "; 1000 callers or more",
                "and 201 in more ways than are told apart here");
    }
}
