package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyCommandTest {
    private static final String ARN = "arn:aws:execute-api:us-east-1:123456789012:abc123def4";

    @TempDir
    Path folder;

    private String policy;

    @BeforeEach
    void write() throws IOException {
        policy = file("policy.json", """
                {
                  "Version": "2012-10-17",
                  "Statement": [
                    { "Sid": "office", "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
                      "Resource": "execute-api:/*", "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } } },
                    { "Sid": "noAdmin", "Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke",
                      "Resource": "execute-api:/*/*/admin/*" }
                  ]
                }
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, /prod/pets, 0, allow, (Sid \"office\")",
        "192.0.2.1, /prod/pets, 0, implicit-deny, left to IAM",
        "203.0.113.7, /prod/admin/users, 1, explicit-deny, (Sid \"noAdmin\")",
        // Some servers read %2F and // as one slash, and %61 is a.
        "203.0.113.7, /prod/x/%2e%61dmin/x, 0, allow, office",
        "203.0.113.7, /prod/%61dmin/users, 1, explicit-deny, noAdmin",
        "203.0.113.7, /prod/admin%2Fusers, 1, explicit-deny, noAdmin",
        "203.0.113.7, /prod//admin/users, 1, explicit-deny, noAdmin",
    })
    void testSaysWhatIsDecidedAndWhy(String address, String path, int exitCode, String decision, String why) {
        Command test = test("--source-ip", address, "--path", path);
        assertEquals(exitCode, test.exitCode(), test.err());
        assertEquals(decision, test.out().lines().findFirst().orElseThrow());
        assertTrue(test.out().contains(why), test.out());
    }

    @Test
    void testNamesFileAndLine() {
        Command test = test("--source-ip", "203.0.113.7", "--path", "/prod/pets");
        assertEquals(
                "statement " + policy + ":4 (Sid \"office\")",
                test.out().lines().toList().get(1));
    }

    @Test
    void testDeniesWhatNothingMatchesWhereNobodySigns() {
        Command test = test("--source-ip", "192.0.2.1", "--path", "/prod/pets", "--policy-default", "deny");
        assertEquals(1, test.exitCode());
        assertTrue(test.out().startsWith("implicit-deny\nno statement matches\n"), test.out());
    }

    @Test
    void testTakesFieldsTimeAndOtherKeys() throws IOException {
        policy = file("keys.json", """
                {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "%s/prod/*", "Condition": {
                  "StringLike": {"aws:UserAgent": "Prometheus/*"}, "DateLessThan": {"aws:CurrentTime": "2027-01-01"},
                  "StringEquals": {"aws:SourceVpce": "vpce-1"}, "IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"},
                  "Null": {"aws:SourceIp": "true"}}}}""".formatted(ARN));
        List<String> whole = List.of(
                "--source-ip",
                "192.0.2.1",
                "--path",
                "/prod/pets",
                "--api-arn",
                ARN,
                "-H",
                "User-Agent: Prometheus/3",
                "--at",
                "2026-12-31T23:59:59Z",
                "--context",
                "aws:SourceVpce=vpce-1",
                "--context",
                "AWS:vpcsourceip=10.1.2.3",
                "--context",
                "aws:SourceIp=");
        Command test = test(whole.toArray(String[]::new));
        assertEquals("allow", test.out().lines().findFirst().orElse(test.err()));
        assertEquals("", test.err());
        for (int from : List.of(6, 8, 10, 12, 14)) {
            List<String> less = new ArrayList<>(whole);
            less.subList(from, from + 2).clear();
            if (from == 8) {
                less.addAll(List.of("--at", "2027-01-01T00:00:00Z"));
            }
            assertTrue(test(less.toArray(String[]::new)).out().startsWith("implicit-deny"), less::toString);
        }
    }

    @Test
    void testSaysWhichKeysTheRequestLacks() throws IOException {
        policy = file("vpce.json", """
                {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
                  "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}}""");
        Command test = test("--source-ip", "10.0.0.1", "--path", "/prod/pets");
        assertEquals(1, test.exitCode());
        assertTrue(test.err().contains("--context aws:SourceVpce=VALUE"), test.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--source-ip nonsense --path /prod/pets",
                "--source-ip 10.0.0.1 --path prod/pets",
                "--source-ip 10.0.0.1 --path /prod/pets?a=b",
                "--source-ip 10.0.0.1 --path /prod/pets --at yesterday",
                "--source-ip 10.0.0.1 --path /prod/pets --api-arn arn:aws:s3:::bucket",
                "--source-ip 10.0.0.1 --path /prod/pets --context aws:SourceVpce",
                "--source-ip 10.0.0.1 --path /prod/pets --context aws:PrincipalArn=x",
                "--source-ip 10.0.0.1 --path /prod/pets --context aws:CurrentTime=2026-01-01",
                "--source-ip 10.0.0.1 --path /prod/pets -H Accept:x",
                "--source-ip 10.0.0.1 --path /prod/pets --policy-default maybe",
                "--path /prod/pets",
            })
    void testRefusesWhatItCannotMean(String arguments) {
        Command test = test(arguments.split(" "));
        assertEquals(2, test.exitCode(), test.err());
        assertEquals("", test.out());
        assertTrue(test.err().strip().length() > 10, test.err());
    }

    @Test
    void everyCommandRefusesAWrongPolicyWithItsPlace() throws IOException {
        String bad = file("bad.json", "{\n  \"Statement\": { \"Effect\": \"allow\" }\n}\n");
        for (String command : List.of("test", "lint", "import")) {
            List<String> line = new ArrayList<>(List.of("policy", command, bad));
            if (command.equals("test")) {
                line.addAll(List.of("--source-ip", "10.0.0.1", "--method", "GET", "--path", "/prod/pets"));
            }
            Command wrong = Command.run(line.toArray(String[]::new));
            assertEquals(2, wrong.exitCode(), command);
            assertTrue(wrong.err().contains(bad + ":2:28: \"allow\" is not an Effect"), wrong.err());
            assertEquals("", wrong.out());
        }
        assertEquals(
                2,
                Command.run("policy", "lint", folder.resolve("none.json").toString())
                        .exitCode());
        assertEquals(2, Command.run("policy", "lint", folder.toString()).exitCode());
    }

    @Test
    void refusesAPolicyThatNamesItsApiWhereTheApiIsUnknown() throws IOException {
        policy = file("full.json", """
                {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "%s/*"}}""".formatted(ARN));
        Command test = test("--source-ip", "10.0.0.1", "--path", "/prod/pets");
        assertEquals(2, test.exitCode());
        assertTrue(test.err().contains(policy + ":1:80: "), test.err());
        assertEquals(
                0,
                test("--source-ip", "10.0.0.1", "--path", "/prod/pets", "--api-arn", ARN)
                        .exitCode());
    }

    @Test
    void lintExitsWithOneForWarningsAlone() throws IOException {
        assertEquals(0, Command.run("policy", "lint", policy).exitCode());
        String odd = file("odd.json", """
                {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
                  "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}}""");
        Command lint = Command.run("policy", "lint", odd);
        assertEquals(1, lint.exitCode());
        assertTrue(lint.out().startsWith(odd + ":2:47: warning: 10.0.0.0/8 is private"), lint.out());
        String note = file("note.json", """
                {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "execute-api:/*/GET/*"}}""");
        assertEquals(0, Command.run("policy", "lint", note).exitCode());
    }

    @Test
    void importMakesLists() throws IOException {
        Path allow = folder.resolve("allow.list");
        Path deny = folder.resolve("deny.list");
        Command made = Command.run(
                "policy", "import", policy, "--allow-file", allow.toString(), "--deny-file", deny.toString());
        assertEquals(1, made.exitCode());
        assertTrue(made.err().contains(":6:5: warning: lists know addresses alone"), made.err());
        assertEquals(
                "# allow list made of " + policy + "\n203.0.113.0/24  # " + policy + ":4 (Sid \"office\")\n",
                Files.readString(allow));
        assertEquals("# deny list made of " + policy + "\n", Files.readString(deny));
        assertEquals(
                2,
                Command.run("policy", "import", policy, "--allow-file", allow.toString())
                        .exitCode());
        Command again = Command.run("policy", "export", "--api-arn", ARN, "--allow-file", allow.toString());
        assertEquals(0, again.exitCode(), again.err());
        assertTrue(again.out().contains("203.0.113.0/24"), again.out());
    }

    @Test
    void exportPutsPrivateRangesAndPublicOnesWhereAnApiSeesThem() throws IOException {
        String allow = file("allow.list", "10.0.0.0/8 # pods\n198.51.100.0/24\n2001:db8::/32\n");
        String deny = file("deny.list", "10.9.0.0/16\n0.0.0.0/1\n");
        Command made = Command.run("policy", "export", "--api-arn", ARN, "--allow-file", allow, "--deny-file", deny);
        assertEquals(0, made.exitCode(), made.err());
        policy = file("made.json", made.out());
        for (String[] expected : new String[][] {
            {"10.1.2.3", "explicit-deny"},
            {"198.51.100.1", "allow"},
            {"2001:db8::1", "allow"},
            {"203.0.113.1", "implicit-deny"},
            {"192.168.0.1", "implicit-deny"},
            {"10.9.0.1", "explicit-deny"}
        }) {
            assertTrue(
                    test("--source-ip", expected[0], "--path", "/prod/x", "--api-arn", ARN)
                            .out()
                            .startsWith(expected[1]),
                    expected[0]);
        }
        assertTrue(made.out().contains("\"aws:VpcSourceIp\": [\"10.0.0.0/8\"]"), made.out());
        assertTrue(made.out().contains("\"aws:SourceIp\": [\"198.51.100.0/24\", \"2001:db8::/32\"]"), made.out());
        assertTrue(made.err().contains("of 8192 characters"), made.err());
    }

    @Test
    void exportNamesEntriesThatEndWhereThePolicyWouldNot() throws IOException {
        Command made = export("10.0.0.1\n10.0.0.2 # a host, until 2099-01-31\n");
        assertEquals(0, made.exitCode(), made.err());
        assertTrue(made.err().contains("allow.list:2: 10.0.0.2 ends at 2099-02-01T00:00:00Z"), made.err());
        assertFalse(made.err().contains("allow.list:1"), made.err());
    }

    @Test
    void exportRefusesWhatAPolicyCannotHold() throws IOException {
        Command loopback = export("10.0.0.1\n127.0.0.1\n");
        assertEquals(2, loopback.exitCode());
        assertTrue(
                loopback.err().contains("allow.list:2: 127.0.0.1 is an address of the machine itself"), loopback.err());
        Command many = export(IntStream.range(0, 700)
                .mapToObj(i -> "10.1." + i / 250 + "." + i % 250)
                .collect(Collectors.joining("\n")));
        assertEquals(2, many.exitCode());
        assertTrue(
                many.err().matches("(?s).*would have \\d{4,5} characters, and API Gateway takes at most 8192.*"),
                many.err());
        assertFalse(many.out().contains("{"));
        assertEquals(2, export("").exitCode());
        assertEquals(2, export("10.0.0.0/33\n").exitCode());
        assertEquals(2, Command.run("policy", "export", "--api-arn", ARN).exitCode());
        assertEquals(2, Command.run("policy", "export", "--api-arn", "abc").exitCode());
    }

    @Test
    void saysThatAPolicyOfDeniesLeavesTheRestToIam() throws IOException {
        Command made =
                Command.run("policy", "export", "--api-arn", ARN, "--deny-file", file("deny.list", "192.0.2.1\n"));
        assertEquals(0, made.exitCode(), made.err());
        assertTrue(made.err().contains("leaves everyone else to IAM"), made.err());
    }

    private Command export(String list) throws IOException {
        return Command.run("policy", "export", "--api-arn", ARN, "--allow-file", file("allow.list", list));
    }

    private Command test(String... arguments) {
        List<String> line = new ArrayList<>(List.of("policy", "test", policy, "--method", "GET"));
        line.addAll(List.of(arguments));
        return Command.run(line.toArray(String[]::new));
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }
}
