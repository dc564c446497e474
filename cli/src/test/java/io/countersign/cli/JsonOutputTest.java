package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonBoolean;
import io.countersign.proxy.policy.json.JsonValue.JsonList;
import io.countersign.proxy.policy.json.JsonValue.JsonNumber;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.policy.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -o json}: one value on standard output, read by a strict parser. */
class JsonOutputTest {
    @TempDir
    Path folder;

    private Path config;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("deny.list"), "10.9.0.0/16  # \"guests\"\n10.9.1.0/24\n");
        config = Files.writeString(folder.resolve("a.conf"), """
                countersign {
                  access { allow = ["10.0.0.0/8"], deny-files = ["deny.list"] }
                  routes.metrics { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" }
                }
                """);
    }

    private JsonValue json(int exitCode, String... words) throws JsonFault {
        Command command = Command.run(words);
        assertEquals(exitCode, command.exitCode(), command.out() + command.err());
        return JsonParser.parse(command.out()).value();
    }

    private static JsonValue at(JsonValue value, Object... path) {
        JsonValue here = value;
        for (Object step : path) {
            here = step instanceof String name
                    ? ((JsonObject) here).get(name).orElseThrow(() -> new AssertionError("no " + name + " in " + value))
                    : ((JsonList) here).elements().get((Integer) step);
        }
        return here;
    }

    private static String text(JsonValue value, Object... path) {
        JsonValue found = at(value, path);
        return found instanceof JsonString string
                ? string.text()
                : found instanceof JsonNumber number ? number.text() : String.valueOf(((JsonBoolean) found).value());
    }

    @Test
    void checkDescribesRoutesAndHashes() throws Exception {
        JsonValue check = json(0, "check", "--config", config.toString(), "-o", "json");
        assertEquals("metrics", text(check, "routes", 0, "name"));
        assertEquals("execute-api", text(check, "routes", 0, "service"));
        assertTrue(text(check, "hash").matches("[0-9a-f]{16}"));
        assertTrue(text(check, "lists", "deny.list").matches("[0-9a-f]{16}"));
        assertEquals(
                text(check, "hash"),
                Command.run("check", "--config", config.toString(), "--hash")
                        .out()
                        .split("\\s+", -1)[1]);
    }

    @Test
    void checkHasFaultsWithTheirPlaces() throws Exception {
        Files.writeString(config, "countersign { routes.m { upstream = \"nonsense\" }, drain.quiet = x }");
        JsonValue faults = at(json(2, "check", "--config", config.toString(), "--format", "json"), "faults");
        assertEquals(2, ((JsonList) faults).elements().size());
        assertTrue(text(faults, 0, "where").contains("a.conf:1 (drain.quiet)")
                || text(faults, 1, "where").contains("a.conf:1 (drain.quiet)"));
    }

    @Test
    void checkHasWhatAVersionDoesNotKnow() throws Exception {
        JsonValue check = json(0, "check", "--config", config.toString(), "--for-version", "0.1.0", "-o", "json");
        assertEquals(0, ((JsonList) at(check, "unknown_to_version")).elements().size());
    }

    @Test
    void rulesListsEntriesWithTheirLines() throws Exception {
        JsonValue rules = json(0, "rules", "--config", config.toString(), "-o", "json");
        assertEquals("10.9.0.0/16", text(rules, "deny", 0, "entry"));
        assertEquals("deny.list:1", text(rules, "deny", 0, "source"));
        assertEquals("10.0.0.0/8", text(rules, "allow", 0, "entry"));
        assertEquals("true", text(rules, "has_allow_list"));
    }

    @Test
    void rulesDecideOnAddresses() throws Exception {
        JsonValue verdicts = json(1, "rules", "--config", config.toString(), "-o", "json", "10.1.1.1", "10.9.0.1");
        assertEquals("allowed", text(verdicts, 0, "verdict"));
        assertEquals("denied", text(verdicts, 1, "verdict"));
        assertEquals("deny.list:1", text(verdicts, 1, "rule"));
        assertEquals("\"guests\"", text(verdicts, 1, "rule_comment"));
    }

    @Test
    void rulesTestTellsTheRequestsRoute() throws Exception {
        String file = config.toString();
        JsonValue taken = json(0, "rules", "test", "--config", file, "10.1.1.1", "--path", "/a", "-o", "json");
        assertEquals("allowed", text(taken, "verdict"));
        assertEquals("metrics", text(taken, "route"));
        JsonValue denied = json(1, "rules", "test", "--config", file, "10.9.0.1", "--path", "/a", "-o", "json");
        assertEquals("403", text(denied, "status"));
        assertEquals("denied", text(json(1, "rules", "test", "--config", file, "10.9.0.1", "-o", "json"), "verdict"));
    }

    @Test
    void rulesCheckCountsWhatItFinds() throws Exception {
        JsonValue found = json(1, "rules", "check", "--config", config.toString(), "-o", "json");
        // One entry is within another, and the deny list leaves the allow entry its use.
        assertEquals("1", text(found, "count"));
        assertEquals("deny.list:2", text(found, "findings", 0, "where"));
    }

    @Test
    void policyCommandsPrintWhatTheyFind() throws Exception {
        Path policy = Files.writeString(folder.resolve("p.json"), """
                {"Version": "2012-10-17", "Statement": [{"Sid": "no", "Effect": "Deny", "Principal": "*",
                  "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/*/a"}]}
                """);
        JsonValue denied = json(
                1,
                "policy",
                "test",
                policy.toString(),
                "--source-ip",
                "10.0.0.1",
                "--method",
                "GET",
                "--path",
                "/prod/a",
                "-o",
                "json");
        assertEquals("explicit-deny", text(denied, "decision"));
        assertTrue(text(denied, "statement").contains("no"), () -> text(denied, "statement"));
        JsonValue left = json(
                0,
                "policy",
                "test",
                policy.toString(),
                "--source-ip",
                "10.0.0.1",
                "--method",
                "GET",
                "--path",
                "/prod/b",
                "-o",
                "json");
        assertEquals("true", text(left, "left_to_iam"));
        JsonValue remarks = JsonParser.parse(Command.run("policy", "lint", policy.toString(), "-o", "json")
                        .out())
                .value();
        assertTrue(remarks instanceof JsonList, remarks.kind());
    }

    @Test
    void anotherFormIsRefused() {
        Command check = Command.run("check", "--config", config.toString(), "-o", "xml");
        assertEquals(2, check.exitCode());
        assertTrue(check.err().contains("text, json") || check.err().contains("[text, json]"), check.err());
    }

    @Test
    void completionsKnowEveryCommand() throws Exception {
        for (String shell : List.of("bash", "zsh")) {
            Command completion = Command.run("completion", shell);
            assertEquals(0, completion.exitCode(), completion.err());
            Path script = Files.writeString(folder.resolve("completion"), completion.out());
            if (shell.equals("bash")) {
                assertEquals("check\n", complete(script, "countersign che"));
                assertEquals("--probe\n--probe-path\n", complete(script, "countersign check --prob"));
                assertEquals("json\n", complete(script, "countersign check -o js"));
            } else {
                assertTrue(completion.out().startsWith("autoload -U +X compinit"), completion.out());
                assertTrue(completion.out().contains("bashcompinit"), completion.out());
            }
        }
        assertEquals(2, Command.run("completion", "fish").exitCode());
    }

    private static String complete(Path script, String line) throws IOException, InterruptedException {
        String[] words = line.split(" ", -1);
        StringBuilder quoted = new StringBuilder();
        for (String word : words) {
            quoted.append('\'').append(word).append("' ");
        }
        // Outside of a real completion there is nothing whose options could be set.
        String run = "compopt() { :; }; source '" + script + "'; COMP_WORDS=(" + quoted + "); COMP_CWORD="
                + (words.length - 1)
                + "; COMP_LINE='" + line + "'; COMP_POINT=" + line.length()
                + "; _complete_countersign; printf '%s\\n' \"${COMPREPLY[@]}\" | sort";
        Process bash =
                new ProcessBuilder("bash", "-c", run).redirectErrorStream(true).start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, bash.waitFor(), out);
        return out;
    }
}
