package io.countersign.gateway.command.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.countersign.gateway.calls.Exchanges;
import io.countersign.gateway.console.RunningConsole;
import io.countersign.gateway.identity.Role;
import io.countersign.proxy.accesslog.CallLine;
import io.countersign.testing.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(120)
class CallsCommandTest {
    /** What acts on a terminal, and on a spreadsheet. */
    private static final String HOSTILE = "=HYPERLINK(\"http://evil\")\u001b[2J\u202e\u00ad\udb40\udc01";

    @TempDir
    Path folder;

    private String out;
    private String err;

    private int run(Map<String, String> environment, PrintWriter to, String... arguments) {
        StringWriter noted = new StringWriter();
        CommandLine line = new CommandLine(new Root());
        Clock clock = Clock.fixed(Instant.ofEpochSecond(61), ZoneOffset.UTC);
        line.addSubcommand(new CallsCommand(environment, clock));
        line.addSubcommand(new ExplainCommand(environment, clock));
        int code = line.setOut(to).setErr(new PrintWriter(noted, true)).execute(arguments);
        err = noted.toString();
        return code;
    }

    private int run(String... arguments) {
        StringWriter written = new StringWriter();
        int code = run(Map.of(), new PrintWriter(written, true), arguments);
        out = written.toString();
        return code;
    }

    @CommandLine.Command(name = "countersign")
    private static final class Root {}

    /** Calls of a folder, which all began one second after the epoch. */
    private String dir() throws IOException {
        Path calls = Files.createDirectories(folder.resolve("calls"));
        CallLine line = new CallLine();
        Files.write(
                calls.resolve("calls-1970-01-01_00.1.0.jsonl"),
                List.of(
                        line.of(1, Exchanges.by("agent/1", "/first", 200)),
                        line.of(2, Exchanges.by(HOSTILE, "/second", 404)),
                        line.of(3, Exchanges.by("agent/1", "/third", 503))));
        return folder.toString();
    }

    /** More than one search finds. */
    @Test
    void printsAllThatThereAreHoweverMany() throws IOException {
        Path calls = Files.createDirectories(folder.resolve("calls"));
        CallLine line = new CallLine();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 4500; i++) {
            all.add(line.of(i, Exchanges.by("agent/1", "/n" + i, 200)));
        }
        Files.write(calls.resolve("calls-1970-01-01_00.1.0.jsonl"), all);
        assertEquals(0, run("calls", "--dir", folder.toString(), "--limit", "10000", "-o", "json"), () -> err);
        Collections.reverse(all);
        assertEquals(all, out.lines().toList());
    }

    private static long lines(String text) {
        return text.lines().count();
    }

    @Test
    void printsTheNewestFirst() throws IOException {
        assertEquals(0, run("calls", "--dir", dir()), () -> err);
        assertTrue(
                out.startsWith(
                        "1970-01-01T00:00:01.000Z  0123456789abcdef  503  0.0 ms  POST /third?a&b  route metrics  from"
                                + " 10.0.0.1" + System.lineSeparator()),
                out);
        assertTrue(out.matches("(?s).*/third.*/second.*/first.*"), out);
        assertEquals("3 of 3 calls, back to 1970-01-01T00:00:01.000Z" + System.lineSeparator(), err);
        assertEquals(0, run("calls", "--dir", dir(), "--limit", "1"));
        assertEquals(1, lines(out));
        assertTrue(err.endsWith("there may be more: --limit" + System.lineSeparator()), err);
        assertEquals(
                0, run("calls", "--dir", dir(), "--status", "failed", "--route", "metrics", "--caller", "10.0.0.1"));
        assertEquals(2, lines(out));
        assertEquals(0, run("calls", "--dir", dir(), "--since", "61s"));
        assertEquals(3, lines(out));
        assertEquals(0, run("calls", "--dir", dir(), "--since", "59s"));
        assertEquals(0, lines(out));
    }

    @Test
    void nothingActsOnATerminalInAnyForm() throws Exception {
        for (String form : List.of("text", "json", "csv")) {
            assertEquals(0, run("calls", "--dir", dir(), "-o", form), () -> err);
            assertHarmless();
        }
        assertEquals(0, run("explain", "LAST", "--status", "404", "--dir", dir()), () -> err);
        assertHarmless();
        assertTrue(out.contains("\\u001b[2J"), out);
    }

    private void assertHarmless() {
        assertFalse(out.replace(System.lineSeparator(), "").codePoints().anyMatch(HarmlessJson::acts), out);
    }

    @Test
    void linesOfJsonAreThoseOfTheLog() throws Exception {
        assertEquals(0, run("calls", "--dir", dir(), "-o", "json"));
        String hostile = out.lines().toList().get(1);
        assertEquals(HOSTILE, JSONObjectUtils.parse(hostile).get("user_agent"));
        assertEquals(
                new CallLine().of(3, Exchanges.by("agent/1", "/third", 503)),
                out.lines().findFirst().orElseThrow());
    }

    @Test
    void noCellIsAFormula() throws IOException {
        assertEquals(0, run("calls", "--dir", dir(), "-o", "csv"));
        assertTrue(out.startsWith("number,time,id,client,"), out);
        assertTrue(out.contains(",\"'=HYPERLINK(\"\"http://evil\"\")\\u001b[2J"), out);
        assertEquals(4, lines(out));
    }

    @Test
    void explainsACallByEachOfItsIdsAndTheLastOne() throws IOException {
        for (String id : List.of("0123456789abcdef", "r-1", "LAST")) {
            assertEquals(0, run("explain", id, "--dir", dir()), () -> err);
            assertTrue(
                    out.startsWith("Call 0123456789abcdef at 1970-01-01T00:00:01.000Z: POST /third?a&b got 503"), out);
        }
        assertEquals(1, run("explain", "nobody", "--dir", dir()));
        assertEquals(
                "no call with the id \"nobody\" is kept; 3 were looked at, back to 1970-01-01T00:00:01.000Z"
                        + System.lineSeparator(),
                err);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "calls --status many --dir .",
                "calls -o xml --dir .",
                "calls --since yesterday --dir .",
                "calls --limit 0 --dir .",
                "calls --dir no-such-folder",
                "calls",
                "explain"
            })
    void wrongUsageExitsWithTwo(String line) {
        assertEquals(2, run(line.split(" ")));
        assertEquals("", out);
        assertTrue(err.length() > 20, err);
    }

    @Test
    void asksAGatewayThatRuns() throws Exception {
        try (RunningConsole running = new RunningConsole(folder, "")) {
            for (int i = 0; i < 3; i++) {
                running.gateway().get("/plain/" + i);
            }
            Await.until("they are kept", () -> running.get("/api/v1/calls").contains("/plain/2"));
            assertEquals(0, console(running, "calls"), () -> err);
            assertTrue(out.matches("(?s).*/plain/2.*/plain/1.*/plain/0.*"), out);
            assertEquals(0, console(running, "calls", "-o", "json", "--limit", "2"), () -> err);
            String line = out.lines().findFirst().orElseThrow();
            assertTrue(running.get("/api/v1/calls").contains(line), line);
            String id = JSONObjectUtils.parse(line).get("id").toString();
            assertEquals(0, console(running, "explain", id), () -> err);
            assertTrue(out.startsWith("Call " + id), out);
            assertEquals(1, console(running, "explain", "nobody"));
            assertEquals(0, console(running, "calls", "--route", "metrics"));
            assertEquals("", out);
        }
    }

    private int console(RunningConsole running, String... arguments) {
        StringWriter written = new StringWriter();
        int code = console(running, new PrintWriter(written, true), arguments);
        out = written.toString();
        return code;
    }

    private int console(RunningConsole running, PrintWriter to, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", running.url()));
        return run(Map.of("COUNTERSIGN_TOKEN", running.token(Role.VIEWER)), to, all.toArray(String[]::new));
    }

    @Test
    void followsAGatewayUntilNobodyReads() throws Exception {
        try (RunningConsole running = new RunningConsole(folder, "")) {
            Head head = new Head();
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                    () -> console(running, new PrintWriter(head), "calls", "--follow", "--route", "plain"));
            Await.until("it is shown", () -> {
                running.gateway().get("/m/x");
                running.gateway().get("/plain/a");
                return code.isDone();
            });
            assertEquals(0, code.get(), () -> err);
            assertTrue(head.text().contains("/plain/a") && !head.text().contains("/m/x"), head.text());
        }
    }

    @Test
    void followsAFolderUntilNobodyReads() throws Exception {
        String dir = dir();
        Head head = new Head();
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(
                () -> run(Map.of(), new PrintWriter(head), "calls", "--follow", "--dir", dir));
        CallLine line = new CallLine();
        int[] number = {4};
        Await.until("it is shown", () -> {
            Files.writeString(
                    folder.resolve("calls/calls-1970-01-01_00.1.0.jsonl"),
                    line.of(number[0]++, Exchanges.by("agent/1", "/later", 200)) + "\n",
                    StandardOpenOption.APPEND);
            return code.isDone();
        });
        assertEquals(0, code.get(), () -> err);
        assertTrue(head.text().contains("/later") && !head.text().contains("/third"), head.text());
    }

    /** Takes two lines, as head -2 does. */
    private static final class Head extends Writer {
        private final StringBuilder text = new StringBuilder();

        synchronized String text() {
            return text.toString();
        }

        @Override
        public synchronized void write(char[] characters, int from, int length) throws IOException {
            if (text.chars().filter(c -> c == '\n').count() >= 2) {
                throw new IOException("Broken pipe");
            }
            text.append(characters, from, length);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
