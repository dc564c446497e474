package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "sigv4-proxy",
                "convert",
                "check",
                "sign",
                "send",
                "rules",
                "policy",
                "demo",
                "standin",
                "token",
                "pending",
                "calls",
                "explain",
                "schema"
            })
    void everyCommandHasHelp(String name) {
        Command help = Command.run(name, "--help");
        assertEquals(0, help.exitCode());
        assertTrue(help.out().startsWith("Usage: countersign " + name), help.out());
        assertTrue(Command.run("--help").out().contains("  " + name + " "), "not listed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "frobnicate",
                "run --frobnicate",
                "run",
                "run --config a --upstream https://a.execute-api.us-east-1.amazonaws.com",
                "run --config a --listen 127.0.0.1:1",
                "run --config a --admin 127.0.0.1:1",
                "run --upstream https://a.execute-api.us-east-1.amazonaws.com --admin localhost",
                "sigv4-proxy --frobnicate",
                "sigv4-proxy --port 8080",
                "sigv4-proxy --sign-host a.example",
                "--name es --frobnicate",
                "aws-sigv4-proxy --port 8080",
                "convert",
                "convert --from prometheus",
                "convert --from fluentbit f",
                "convert --from prometheus no-such-file.yml",
                "convert --from vmagent -- -promscrape.config=a",
                "convert --from aws-sigv4-proxy -- --frobnicate",
                "convert --from otelcol -- --name es",
                "check --config no-such-file.conf",
                "rules",
                "policy",
                "schema frobnicate",
                "policy test",
                "policy lint",
                "policy frobnicate",
                "sign",
                "sign GET",
                "sign GET a.b",
                "sign GET https://a.b/",
                "sign GET https://a.b/ --service s",
                "sign GET https://u@a.b/ --service s --region r",
                "sign GET https://a.b/ --service s --region r --time yesterday",
                "sign GET https://a.b/ --service s --region r --output everything",
                "sign GET https://a.b/ --service s --region r -d @no-such-file",
                "sign GET https://a.b/ --service s --region r --in query --expires 604801",
                "sign --request no-such-file --service s --region r",
                "send",
                "standin --listen 9443",
                "demo --seconds -1",
                "demo --seconds 0",
                "token",
                "token frobnicate",
                "token add",
                "token add a",
                "token add A --tokens-file t",
                "token add a --tokens-file t --role root",
                "token add a --tokens-file t --until yesterday",
                "token add a --tokens-file t --until 2020-01-31",
                "token list",
                "token list --tokens-file no-such-file",
                "token remove a --tokens-file no-such-file",
                "pending",
                "pending approve",
                "pending approve 17 --until yesterday",
                "pending refuse seventeen",
                "pending list --token-file no-such-file",
                "pending list --server http://gateway.example:8007 --token-file no-such-file",
                "pending export --format yaml",
                "calls -o xml --dir .",
                "calls --dir no-such-folder",
                "explain"
            })
    void wrongUsageExitsWithTwoAndSaysWhy(String line) {
        Command wrong = Command.run(line.isEmpty() ? new String[0] : line.split(" "));
        assertEquals(2, wrong.exitCode(), wrong.err());
        assertTrue(wrong.err().strip().length() > 10, wrong.err());
        assertEquals("", wrong.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run conf/countersign.conf | write --config conf/countersign.conf",
                "check countersign.yaml | write --config countersign.yaml",
                "convert --from aws-sigv4-proxy --name aps | write the flags after two dashes: --from PROGRAM -- FLAGS",
                "convert --from aws-sigv4-proxy -- --nam=secret --name aps | --nam is not one of its flags",
                "convert --from aws-sigv4-proxy -- --name | a flag lacks its value, or has a wrong one",
                "sigv4-proxy --name aps --host https://a.example | is a URL; write the host alone, without https://",
                "policy lint no-such-file.json | there is no file no-such-file.json",
                "calls --token-file no-such-file | there is no file no-such-file",
                "run --config no-such.conf | there is no file no-such.conf; create it, or correct the path"
            })
    void wrongUsageSaysWhatIsRight(String line, String hint) {
        Command wrong = Command.run(line.split(" "));
        assertEquals(2, wrong.exitCode(), wrong.err());
        assertTrue(wrong.err().contains(hint), wrong.err());
        assertFalse(wrong.err().contains("secret"), wrong.err());
        assertFalse(wrong.err().contains("folder of the file that names it"), wrong.err());
    }

    @Test
    void runNamesTheMisspeltSettingWhereOneIsMissing(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("typo.conf"),
                "countersign.routes.a.upstrem = \"https://a.execute-api.us-east-1.amazonaws.com\"");
        Command run = Command.run("run", "--config", file.toString());
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("(routes.a.upstream): is missing"), run.err());
        assertTrue(run.err().contains("(routes.a.upstrem): unknown setting; did you mean \"upstream\"?"), run.err());
    }

    @Test
    void sigV4ProxyNamesItsOwnFlagWhereThePortIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Command run = Command.run(
                    "sigv4-proxy",
                    "--host",
                    "aps-workspaces.us-east-1.amazonaws.com",
                    "--port",
                    "127.0.0.1:" + taken.getLocalPort());
            assertEquals(1, run.exitCode(), run.err());
            assertTrue(run.err().contains("flags as a configuration"), run.err());
            assertTrue(run.err().contains("--port"), run.err());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "lint", "import", "export"})
    void everyCommandOfPoliciesHasHelp(String name) {
        Command help = Command.run("policy", name, "--help");
        assertEquals(0, help.exitCode());
        assertTrue(help.out().startsWith("Usage: countersign policy " + name), help.out());
        assertTrue(Command.run("policy", "--help").out().contains("  " + name + " "), "not listed");
        assertEquals(help.out(), Command.run("help", "policy", name).out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"add", "list", "remove"})
    void everyCommandOfTokensHasHelp(String name) {
        Command help = Command.run("token", name, "--help");
        assertEquals(0, help.exitCode());
        assertTrue(help.out().startsWith("Usage: countersign token " + name), help.out());
        assertTrue(Command.run("token", "--help").out().contains("  " + name + " "), "not listed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "approve", "refuse", "export"})
    void everyCommandOfApprovalsHasHelp(String name) {
        Command help = Command.run("pending", name, "--help");
        assertEquals(0, help.exitCode());
        assertTrue(help.out().startsWith("Usage: countersign pending " + name), help.out());
        assertTrue(Command.run("pending", "--help").out().contains("  " + name + " "), "not listed");
    }

    /** So that nobody has to start one in the container of the proxy, whose memory it would share. */
    @ParameterizedTest
    @ValueSource(strings = {"pending list", "pending approve", "pending refuse", "pending export", "calls", "explain"})
    void whatTalksToARunningGatewayDoesSoFromAnywhere(String name) {
        String help = Command.run((name + " --help").split(" ")).out();
        assertTrue(help.contains("--server=URL") && help.contains("unix:PATH"), help);
    }

    @Test
    void helpIsACommandToo() {
        Command help = Command.run("help");
        assertEquals(0, help.exitCode(), help.err());
        assertEquals(Command.run("--help").out(), help.out());
        assertEquals(
                Command.run("check", "--help").out(),
                Command.run("help", "check").out());
    }

    @Test
    void namesEveryWayToAConfiguration() {
        Command wrong = Command.run(Map.of(), "", "rules", "127.0.0.1");
        assertEquals(2, wrong.exitCode());
        for (String way : List.of("--config", "COUNTERSIGN_CONFIG", "--upstream")) {
            assertTrue(wrong.err().contains(way), wrong.err());
        }
    }

    @Test
    void namesTheVariablesWhenThereAreNoCredentials() {
        Map<String, String> nothing = Map.of("HOME", "/nowhere", "AWS_EC2_METADATA_DISABLED", "true");
        Command wrong = Command.run(nothing, "", "sign", "GET", "https://a.b/", "--service", "s", "--region", "r");
        assertEquals(2, wrong.exitCode());
        assertTrue(wrong.err().contains("AWS_ACCESS_KEY_ID is not set"), wrong.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET https://a.b/p",
                "https://a.b/p",
                "-X GET https://a.b/p",
                "--method GET https://a.b/p",
            })
    void signTakesAMethodInEachPlace(String words) {
        Command sign = Command.run(("sign " + words + " --service s --region r --output canonical-request").split(" "));
        assertEquals(0, sign.exitCode(), sign.err());
        assertTrue(sign.out().startsWith("GET\n/p\n"), sign.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sign", "send"})
    void refusesAMethodInTwoPlaces(String command) {
        Command both = Command.run(command, "-X", "PUT", "GET", "https://a.b/p", "--service", "s", "--region", "r");
        assertEquals(2, both.exitCode());
        assertTrue(both.err().contains("exclude each other"), both.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sign", "send"})
    void bothShowTheSameForms(String command) {
        String help = Command.run(command, "--help").out();
        assertTrue(help.contains("[METHOD] URL"), help);
        assertTrue(help.contains("-X, --method=METHOD"), help);
    }
}
