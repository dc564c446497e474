package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class CheckAndRulesTest {
    @TempDir
    Path folder;

    private Path config;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("deny.list"), "# no guests\n10.9.0.0/16\n");
        config = Files.writeString(folder.resolve("good.conf"), """
                countersign {
                  access { allow = ["10.0.0.0/8", "::1"], deny-files = ["deny.list"] }
                  routes { metrics { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" } }
                }
                """);
    }

    @Test
    void saysWhatARouteDoesThatSendsWhereHostSays(@TempDir Path folder) throws Exception {
        Path conf = folder.resolve("from-host.conf");
        Files.writeString(
                conf, "countersign.routes.any { upstream = from-host, match.hosts = [aws], buckets = [\"*\"] }");
        String[] config = {"--config", conf.toString()};
        Command check = Command.run("check", config[0], config[1]);
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.out().contains("-> the AWS host that each request's Host names"), check.out());
        assertTrue(check.out().contains("signed for the service of the host in its region"), check.out());
        assertTrue(check.err().contains("aws:ResourceAccount"), check.err());
        Command taken = Command.run(
                "rules", "test", "127.0.0.1", config[0], config[1], "--path", "/x", "--host", "s3.amazonaws.com");
        assertTrue(taken.out().contains("takes route any, to https://s3.amazonaws.com"), taken.out());
        Command refused =
                Command.run("rules", "test", "127.0.0.1", config[0], config[1], "--path", "/x", "--host", "a.example");
        assertTrue(refused.out().contains("refused with 421"), refused.out());
    }

    @Test
    void saysWhatARouteDoesThatSendsWhereTheCallersScopeSays(@TempDir Path folder) throws Exception {
        Path conf = folder.resolve("from-scope.conf");
        Files.writeString(
                conf,
                "countersign.routes.aws { service = from-scope, services = [s3, sts, logs], regions = [us-east-1, cn-north-1],"
                        + " buckets = [b-1, b-2], expected-bucket-owner = \"123456789012\" }");
        String[] config = {"--config", conf.toString()};
        Command check = Command.run("check", config[0], config[1]);
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(
                check.out().contains("the AWS host of the service and region that each request's own signature names"),
                check.out());
        assertTrue(check.out().contains("signed for logs or s3 or sts in cn-north-1 or us-east-1 with"), check.out());
        assertTrue(check.out().contains("buckets: b-1, b-2 alone, owned by account 123456789012"), check.out());
        Command policy = Command.run("check", config[0], config[1], "--print-iam-policy");
        for (String each :
                List.of("s3:GetObject", "arn:aws:logs:us-east-1:*:", "arn:aws-cn:logs:cn-north-1:*:", "sts")) {
            assertTrue((policy.out() + policy.err()).contains(each), policy.out() + policy.err());
        }
        Command refused = Command.run("rules", "test", "127.0.0.1", config[0], config[1], "--path", "/x");
        assertTrue(refused.out().contains("refused with 403"), refused.out());
        assertTrue(refused.out().contains("service = from-scope"), refused.out());
    }

    @Test
    void saysEveryFaultAtOnceOneALine() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.conf"), """
                countersign {
                  listners = []
                  access { allow = ["10.0.0.5/8"] }
                  routes { metrics { upstream = "https://example.com/" } }
                }
                """);
        Command check = Command.run("check", "--config", bad.toString());
        assertEquals(2, check.exitCode());
        assertEquals("", check.out());
        assertTrue(check.err().contains("listners"), check.err());
        assertTrue(check.err().contains("10.0.0.5/8"), check.err());
        assertTrue(check.err().contains("service"), check.err());
        assertTrue(check.err().lines().count() >= 3, check.err());
    }

    @Test
    void tellsHowRoutesAct() {
        Command check = Command.run("check", "--config", config.toString());
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.out().contains("execute-api"), check.out());
        assertTrue(check.out().contains("us-east-1"), check.out());
    }

    @Test
    void namesThePoliciesOfEachRoute() throws IOException {
        Files.writeString(folder.resolve("policy.json"), """
                {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}
                """);
        String text = Files.readString(config).replace("access {", "access { policy-files = [\"policy.json\"],");
        Path under = Files.writeString(folder.resolve("under.conf"), text);
        Command check = Command.run("check", "--config", under.toString());
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.out().contains("under policy.json; what no statement matches is left to IAM"), check.out());
    }

    @Test
    void tellsWhoMayCallByAUnixSocket() throws IOException {
        Path socket = Files.writeString(folder.resolve("socket.conf"), """
                countersign {
                  listeners = [{ bind = "unix:/run/a/http.sock", group = agents }, { bind = "127.0.0.1:0" }]
                  access { allow-users = [root, 1000], deny-users = [1001] }
                  routes { metrics { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" } }
                }
                """);
        Command check = Command.run("check", "--config", socket.toString());
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(
                check.out()
                        .startsWith(
                                "listener unix:/run/a/http.sock: its file lets connect (rw-rw----, group agents),"
                                        + " and of these the users in access.allow-users may call, but those in access.deny-users\n"),
                check.out());

        Command rules = Command.run("rules", "--config", socket.toString());
        assertEquals(0, rules.exitCode(), rules.err());
        assertTrue(rules.out().endsWith("""
                        callers by a Unix socket, by user; deny, before any allow:
                          1001  access.deny-users[0]
                        allow:
                          root  access.allow-users[0]
                          1000  access.allow-users[1]
                        """), rules.out());
    }

    @Test
    void takesTheConfigurationThatTheEnvironmentNames() {
        Command check = Command.run(Map.of("COUNTERSIGN_CONFIG", config.toString()), "", "check");
        assertEquals(0, check.exitCode(), check.err());
    }

    @Test
    void printsThePolicyAlone() {
        Command check = Command.run("check", "--config", config.toString(), "--print-iam-policy");
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.out().startsWith("{"), check.out());
        assertTrue(check.out().contains("execute-api:Invoke"), check.out());
    }

    @Test
    void printsThePolicyAsATemplate() {
        Command check = Command.run("check", "--print-iam-policy=cloudformation", "--config", config.toString());
        assertEquals(0, check.exitCode(), check.err());
        JsonNode template = new ObjectMapper().readTree(check.out());
        JsonNode policy = template.at("/Resources/Policy1");
        assertEquals("AWS::IAM::ManagedPolicy", policy.at("/Type").asString());
        JsonNode statement = policy.at("/Properties/PolicyDocument/Statement/0");
        assertEquals("execute-api:Invoke", statement.at("/Action/0").asString(), check.out());

        Command other = Command.run("check", "--config", config.toString(), "--print-iam-policy", "terraform");
        assertEquals(2, other.exitCode());
        assertTrue(other.err().contains("json, cloudformation"), other.err());
    }

    /** Also for identities that sign no route. */
    @Test
    void printsWhatFetchingListsNeeds(@TempDir Path folder) throws IOException {
        Path lists = Files.writeString(folder.resolve("lists.conf"), """
                countersign {
                  access { lists-region = cn-north-1
                    deny-files = ["s3://acme/lists/a*.list", "ssm:/countersign/deny", "https://config.internal/deny.list"] }
                  routes { plain { upstream = "https://a1.execute-api.us-east-1.amazonaws.com/prod", auth = none } }
                }
                """);
        Command check = Command.run("check", "--config", lists.toString(), "--print-iam-policy");
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.out().contains("s3:GetObject"), check.out());
        assertTrue(check.out().contains("arn:aws-cn:s3:::acme/lists/a${*}.list"), check.out());
        assertTrue(check.out().contains("ssm:GetParameter"), check.out());
        assertTrue(check.out().contains("arn:aws-cn:ssm:cn-north-1:*:parameter/countersign/deny"), check.out());
        assertTrue(check.err().contains("* stands for the account"), check.err());
    }

    @Test
    void namesTheLineThatDecides() {
        Command rules = Command.run("rules", "--config", config.toString(), "10.1.2.3", "10.9.1.1", "192.0.2.1", "::1");
        assertEquals(1, rules.exitCode(), rules.err());
        List<String> lines = rules.out().lines().toList();
        assertTrue(lines.get(0).startsWith("10.1.2.3: allowed by "), lines.get(0));
        assertTrue(
                lines.get(1).startsWith("10.9.1.1: denied by ") && lines.get(1).contains("deny.list:2"), lines.get(1));
        assertTrue(lines.get(2).startsWith("192.0.2.1: denied by default"), lines.get(2));
        assertTrue(lines.get(3).startsWith("::1: allowed by "), lines.get(3));
        assertEquals(
                0,
                Command.run("rules", "--config", config.toString(), "10.1.2.3").exitCode());
    }

    @Test
    void listsTheRules() {
        Command rules = Command.run("rules", "--config", config.toString());
        assertEquals(0, rules.exitCode(), rules.err());
        assertTrue(rules.out().contains("10.9.0.0/16") && rules.out().contains("10.0.0.0/8"), rules.out());
    }

    @Test
    void refusesWhatIsNoAddress() {
        assertEquals(
                2,
                Command.run("rules", "--config", config.toString(), "localhost").exitCode());
        assertEquals(
                2,
                Command.run("rules", "--config", config.toString(), "010.0.0.1").exitCode());
    }

    private static Command check(String url, String... more) {
        return Command.run(Stream.concat(Stream.of("check", "--upstream", url), Stream.of(more))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "https://abc123.execute-api.us-esat-1.amazonaws.com/prod, us-esat-1, us-east-1",
        "https://abc123.execute-api.eu-west-9.amazonaws.com/prod, eu-west-9, eu-west-1",
    })
    void warnsOfARegionThatIsNotKnown(String url, String written, String meant) {
        Command check = check(url);
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.err().contains("\"" + written + "\" is not a region of AWS"), check.err());
        assertTrue(check.err().contains("did you mean " + meant + "?"), check.err());
    }

    @Test
    void warnsOfAServiceThatIsNotKnown() {
        Command check = check("https://api.example.com/", "--service", "exeucte-api", "--region", "us-esat-1");
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.err().contains("did you mean execute-api?"), check.err());
        assertTrue(check.err().contains("did you mean us-east-1?"), check.err());
    }

    @Test
    void warnsOfAMisspeltHostBeforeItAdvisesToSetTheScope() {
        String url = "https://abc123.execute-api.us-east-1.amazonaws.con/prod";
        Command check = check(url);
        assertEquals(2, check.exitCode());
        String hint = "did you mean abc123.execute-api.us-east-1.amazonaws.com?";
        assertTrue(check.err().contains(hint), check.err());
        assertTrue(check.err().indexOf(hint) < check.err().indexOf("set service and region"), check.err());
        Command advised = check(url, "--service", "execute-api", "--region", "us-east-1");
        assertEquals(0, advised.exitCode(), advised.err());
        assertTrue(advised.err().contains(hint), advised.err());
    }

    @Test
    void warningsOfARouteNameFileAndLine() throws IOException {
        Path file = Files.writeString(folder.resolve("c.conf"), """
                countersign.routes {
                  host {
                    upstream = "https://abc123.execute-api.us-esat-1.amazonaws.com" }
                  own { match.path-prefix = /own, upstream = "https://api.example.com"
                    service = exeucte-api
                    region = us-esat-1 }
                }
                countersign.credentials.sts {
                  role-arn = "arn:aws:iam::111122223333:role/a"
                  sts-region = eu-wset-1
                }
                """);

        Command check = Command.run("check", "--config", file.toString());

        assertEquals(
                List.of(
                        "3 (routes.host.upstream)",
                        "5 (routes.own.service)",
                        "6 (routes.own.region)",
                        "10 (credentials.sts.sts-region)"),
                check.err()
                        .lines()
                        .filter(line -> line.contains("did you mean"))
                        .map(line -> line.replaceFirst("warning: .*c\\.conf:([^:]*):.*", "$1"))
                        .sorted(Comparator.comparingInt(line -> Integer.parseInt(line.replaceFirst(" .*", ""))))
                        .toList(),
                check.err());
        assertTrue(check.err().contains("c.conf:3 (routes.host.upstream): has no stage"), check.err());
    }

    @Test
    void warnsOfATemporaryKeyWithoutItsToken() {
        Map<String, String> keys = Map.of("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY", "x");
        Map<String, String> whole = new HashMap<>(keys);
        whole.put("AWS_SESSION_TOKEN", "x");

        Command check = Command.run(keys, "", "check", "--config", config.toString());

        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.err().contains("AWS_SESSION_TOKEN is not set"), check.err());
        assertEquals(
                "",
                Command.run(whole, "", "check", "--config", config.toString()).err());
    }

    @Test
    void warnsOfAnApiWithoutItsStage() {
        String api = "https://abc123.execute-api.us-east-1.amazonaws.com";
        assertTrue(check(api).err().contains("has no stage"), check(api).err());
        assertTrue(
                check(api + "/").err().contains("has no stage"),
                check(api + "/").err());
        for (String right : List.of(
                api + "/prod",
                "https://d-abc123.execute-api.us-east-1.amazonaws.com",
                "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1")) {
            assertEquals("", check(right).err());
        }
        Command own = check("https://api.example.com", "--service", "execute-api", "--region", "us-east-1");
        assertEquals("", own.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://m1.accesspoint.s3-global.amazonaws.com",
                "https://m1.endpoint.events.amazonaws.com",
                "https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com"
            })
    void refusesHostsThatAreSignedForInAnotherWayWhateverIsSet(String url) {
        assertEquals(2, check(url).exitCode());
        Command set = check(url, "--service", "s3", "--region", "us-east-1");
        assertEquals(2, set.exitCode(), set.out());
    }
}
