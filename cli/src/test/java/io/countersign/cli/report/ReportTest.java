package io.countersign.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The smallest policy and the summary, as {@code check} prints them. */
class ReportTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/";
    private static final String CHAIN = """
            credentials {
              base { profile = "p" }
              first { source = base, role-arn = "%1$sfirst" }
              second { source = first, role-arn = "%1$ssecond", duration = 30 m }
            }
            """.formatted(ROLE);

    private static ProxyConfig config(String settings) {
        String text = """
                countersign {
                  routes { m { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" } }
                  %s
                }
                """.formatted(settings);
        LoadResult result =
                HoconSource.text(text, Path.of("no-such-folder"), Map.of()).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$gw/prod | match { path-prefix = \"/api/v1/write\", methods = [POST] } | execute-api:Invoke"
                        + " | arn:aws:execute-api:us-east-1:*:abc123/prod/POST/api/v1/write;"
                        + "arn:aws:execute-api:us-east-1:*:abc123/prod/POST/api/v1/write/*",
                "$gw/prod |  | execute-api:Invoke | arn:aws:execute-api:us-east-1:*:abc123/prod/*/*",
                "$gw | match.methods = [GET, POST] | execute-api:Invoke | arn:aws:execute-api:us-east-1:*:abc123/*/GET/*;"
                        + "arn:aws:execute-api:us-east-1:*:abc123/*/POST/*",
                "$gw/prod/v2 | match.path-prefix = \"/a/b\", strip-prefix = \"/a\" | execute-api:Invoke"
                        + " | arn:aws:execute-api:us-east-1:*:abc123/prod/*/v2/b;"
                        + "arn:aws:execute-api:us-east-1:*:abc123/prod/*/v2/b/*",
                "https://a1-vpce-0b.execute-api.us-gov-west-1.amazonaws.com/p |  | execute-api:Invoke"
                        + " | arn:aws-us-gov:execute-api:us-gov-west-1:*:a1/p/*/*",
                "https://api.example.com/p | service = execute-api, region = us-east-1 | execute-api:Invoke"
                        + " | arn:aws:execute-api:us-east-1:*:*/*/*/*",
                "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1a | match.path-prefix ="
                        + " \"/api/v1/remote_write\" | aps:RemoteWrite | arn:aws:aps:us-east-1:*:workspace/ws-1a",
                "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1a/api/v1/query |  | aps:QueryMetrics"
                        + " | arn:aws:aps:us-east-1:*:workspace/ws-1a",
                "https://logs.us-east-1.amazonaws.com |  | logs:PutLogEvents"
                        + " | arn:aws:logs:us-east-1:*:log-group:*:log-stream:*",
                "https://b.s3.us-east-1.amazonaws.com | match { path-prefix = \"/k\", methods = [PUT] } | s3:PutObject"
                        + " | arn:aws:s3:::b/k/*",
                "https://s3.us-east-1.amazonaws.com/b | match.methods = [GET, DELETE] | s3:DeleteObject;s3:GetObject"
                        + " | arn:aws:s3:::b/*",
                "https://search-my-logs-x1y2.us-east-1.es.amazonaws.com | match.methods = [POST] | es:ESHttpPost"
                        + " | arn:aws:es:us-east-1:*:domain/my-logs/*",
                "https://my-logs-x1y2.us-east-1.osis.amazonaws.com |  | osis:Ingest"
                        + " | arn:aws:osis:us-east-1:*:pipeline/my-logs",
                "https://p.example.com | service = osis, region = us-east-1 | osis:Ingest"
                        + " | arn:aws:osis:us-east-1:*:pipeline/*",
            })
    void printsTheSmallestPolicy(String upstream, String route, String actions, String resources) {
        ProxyConfig config = config("routes.m { upstream = \""
                + upstream.replace("$gw", "https://abc123.execute-api.us-east-1.amazonaws.com") + "\"\n"
                + (route == null ? "" : route) + " }");

        List<IamPolicy> policies = IamPolicy.of(config);

        assertEquals(1, policies.size());
        Config document = json(policies.get(0)).getConfigList("Statement").get(0);
        assertEquals(List.of(actions.split(";")), sorted(document.getStringList("Action")));
        assertEquals(List.of(resources.split(";")), sorted(document.getStringList("Resource")));
        assertEquals("Allow", document.getString("Effect"));
    }

    @Test
    void printsAPolicyForTheRoleAndOneForWhoAssumesIt() {
        ProxyConfig config = config("""
                credentials.far { role-arn = "arn:aws:iam::123456789012:role/far", external-id = "x/1" }
                routes.m.credentials = far
                routes.open { match.path-prefix = "/open", upstream = "https://api.example.com", auth = none }
                """);

        List<IamPolicy> policies = IamPolicy.of(config);

        assertEquals(2, policies.size());
        assertEquals("role arn:aws:iam::123456789012:role/far", policies.get(0).identity());
        assertEquals(
                List.of("arn:aws:iam::123456789012:role/far"),
                json(policies.get(1)).getConfigList("Statement").get(0).getStringList("Resource"));
        assertTrue(policies.get(1).notes().get(0).contains("sts:ExternalId"));
    }

    @Test
    void saysWhatAPolicyLeavesOpen() {
        String notes = IamPolicy.of(config("routes.m.upstream = \"https://kinesis.us-east-1.amazonaws.com\""))
                .get(0)
                .notes()
                .toString();

        assertTrue(notes.contains("route m: the permissions that kinesis needs are not known here"), notes);
    }

    @Test
    void summarisesEachRoute() {
        ProxyConfig config = config("""
                credentials.far { profile = p, role-arn = "arn:aws:iam::123456789012:role/far" }
                routes.m { credentials = far, match { path-prefix = "/a/b", methods = [POST] }, strip-prefix = "/a" }
                """);

        assertEquals(
                List.of(
                        "m: POST /a/b (without /a) -> https://abc123.execute-api.us-east-1.amazonaws.com:443/prod",
                        "    signed for execute-api in us-east-1 with credentials \"far\": role"
                                + " arn:aws:iam::123456789012:role/far (1 h), assumed by profile p",
                        "    body up to 10 MiB, exchange within 29 s",
                        "    on failure: a write gets 503 with Retry-After, so that agents keep their data; a read gets"
                                + " the error as it is"),
                RouteSummary.lines(config));
    }

    private static Config json(IamPolicy policy) {
        return ConfigFactory.parseString(
                policy.json(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    }

    private static List<String> sorted(List<String> texts) {
        List<String> sorted = new ArrayList<>(texts);
        sorted.sort(null);
        return sorted;
    }

    @Test
    void thePolicyOfAChainLetsEachRoleAssumeTheNext() {
        List<IamPolicy> policies = IamPolicy.of(config(CHAIN + "routes.m.credentials = second"));

        assertEquals(
                List.of("role " + ROLE + "second", "role " + ROLE + "first", "the identity of credentials \"base\""),
                policies.stream().map(IamPolicy::identity).toList());
    }

    @Test
    void routesShowTheProxyOnTheWayAndThatTheyCarryWebSockets() {
        String lines = String.join(
                "\n",
                RouteSummary.lines(config(
                        CHAIN + "routes.m { proxy = \"http://user:canary@egress.example:3128\", websocket = true }")));
        assertTrue(
                lines.contains(", through the proxy http://egress.example:3128 (routes.m.proxy), also WebSockets"),
                lines);
    }

    @Test
    void theSummaryNamesTheChain() {
        String lines = String.join("\n", RouteSummary.lines(config(CHAIN + "routes.m.credentials = second")));

        assertTrue(
                lines.contains("role " + ROLE + "second (30 m), assumed by role " + ROLE
                        + "first (1 h), assumed by profile p"),
                lines);
    }

    private static final String TWO_REGIONS = """
            credentials.west { profile = west }
            routes.m.upstream = [
              "https://abc123.execute-api.us-east-1.amazonaws.com/prod"
              { url = "https://def456.execute-api.eu-west-1.amazonaws.com/v1", credentials = west }
            ]
            """;

    @Test
    void thePoliciesNameTheResourcesOfAllUpstreams() {
        List<IamPolicy> policies = IamPolicy.of(config(TWO_REGIONS));

        assertEquals(
                List.of("the identity of credentials \"default\"", "the identity of credentials \"west\""),
                policies.stream().map(IamPolicy::identity).toList());
        assertTrue(policies.get(0).json().contains(":us-east-1:*:abc123/prod/"), policies.get(0)::json);
        assertTrue(policies.get(1).json().contains(":eu-west-1:*:def456/v1/"), policies.get(1)::json);
    }

    @Test
    void theSummaryNamesAllUpstreams() {
        List<String> lines = RouteSummary.lines(config(TWO_REGIONS));

        assertEquals(
                List.of(
                        "    or, when that fails, https://def456.execute-api.eu-west-1.amazonaws.com:443/v1",
                        "        signed for execute-api in eu-west-1 with credentials \"west\": profile west",
                        "    an upstream is left out after 5 failures in a row (connect, 502, 503, 504), and tried again after"
                                + " 30 s"),
                lines.subList(2, 5));
    }

    @Test
    void printsNoSecret() {
        ProxyConfig config = config("""
                routes.m.headers.set { x-other = CANARY-HEADER }
                credentials.default {
                  access-key-id = CANARYID, secret-access-key = CANARY-SECRET, session-token = CANARY-TOKEN
                }
                """);

        String printed = RouteSummary.lines(config).toString() + IamPolicy.of(config);

        assertFalse(printed.contains("CANARY"), printed);
    }
}
