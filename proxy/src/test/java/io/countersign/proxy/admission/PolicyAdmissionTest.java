package io.countersign.proxy.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests under resource policies: what they are shown as, how policies combine, and what a caller gets. */
class PolicyAdmissionTest {
    private static final String ROUTES = """
            listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
            credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
            access { %s }
            routes {
              main { match.path-prefix = "/m", strip-prefix = "/m"
                     upstream = "https://abc123def4.execute-api.us-east-1.amazonaws.com/prod", %s }
              plain { match.path-prefix = "/p", upstream = "http://127.0.0.1:9", auth = none }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void showsThePathThatGoesUpstream() throws Exception {
        String policy = policy("p.json", statement("pets", "Deny", "execute-api:/prod/GET/pets/*", ""));
        try (CompiledSnapshot snapshot = snapshot("", "policy-files = [" + policy + "]")) {
            assertDenied(LocalCause.DENIED, "p.json:1 (Sid \"pets\")", Requested.get("/m/pets/1"), snapshot);
            assertAdmitted(Requested.get("/m/pets"), snapshot);
            assertAdmitted(Requested.of("POST", "/m/pets/1"), snapshot);
            assertAdmitted(Requested.get("/p/pets/1"), snapshot);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/m/%70ets/1",
        "/m/x/%2e%2e",
        "/%6d/pets/1",
        "/m//pets/1",
        "/m/pets%2F1",
        "/m/pets;v=1/1",
        "/m/pets/1?q=/x"
    })
    void letsNoOtherSpellingOfAPathWalkAroundADeny(String target) throws Exception {
        String policy = policy("p.json", statement("", "Deny", "execute-api:/prod/GET/pets/*", ""));
        try (CompiledSnapshot snapshot = snapshot("", "policy-files = [" + policy + "]")) {
            assertInstanceOf(Refused.class, Requested.get(target).decide(snapshot));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/@connections/*, /m/%40connections/1",
        "/@connections/*, /m/@connections/1",
        "/a b/*, /m/a%20b/1",
        "/caf\u00e9/*, /m/caf%C3%A9/1",
        "/caf\u00e9/*, /m/caf%c3%a9;v=%20/1",
        "/x%20y/*, /m/x%20y/1"
    })
    void takesAnEscapeForWhatItStandsForToo(String path, String target) throws Exception {
        String policy = policy("p.json", statement("", "Deny", "execute-api:/prod/GET" + path, ""));
        try (CompiledSnapshot snapshot = snapshot("", "policy-files = [" + policy + "]")) {
            assertInstanceOf(Refused.class, Requested.get(target).decide(snapshot));
        }
    }

    @Test
    void reachesARouteWhosePrefixHasAnEscape() throws Exception {
        try (CompiledSnapshot snapshot = snapshot("", "match.path-prefix = \"/m%20m\", strip-prefix = \"/m%20m\"")) {
            assertAdmitted(Requested.get("/m%20m/pets"), snapshot);
        }
    }

    @Test
    void judgesTheSlashThatIsSentInPlaceOfAPrefixAlone() throws Exception {
        String policy = policy("p.json", statement("", "Deny", "execute-api:/prod/GET/v1/*", ""));
        String route = "upstream = \"https://abc123def4.execute-api.us-east-1.amazonaws.com/prod/v1\", policy-files = ["
                + policy + "]";
        try (CompiledSnapshot snapshot = snapshot("", route)) {
            assertInstanceOf(Refused.class, Requested.get("/m/").decide(snapshot));
            assertInstanceOf(Refused.class, Requested.get("/m").decide(snapshot));
        }
    }

    @Test
    void anAccountThatIsNotKnownStandsForNothingElse() throws Exception {
        String policy = policy(
                "p.json",
                statement("", "Allow", "arn:aws:execute-api:us-east-1:123456789012:abc123def4/prod/GET/pets", ""));
        try (CompiledSnapshot snapshot = snapshot("", "policy-default = deny, policy-files = [" + policy + "]")) {
            assertAdmitted(Requested.get("/m/pets"), snapshot);
            assertDenied(
                    LocalCause.UNLISTED,
                    "no statement of ",
                    Requested.of("DELETE", "/m/dogs:abc123def4/prod/GET/pets"),
                    snapshot);
        }
    }

    @Test
    void leavesToIamWhatNothingMatchesUnlessNobodySigns() throws Exception {
        String policy = policy("p.json", statement("", "Allow", "execute-api:/prod/GET/pets", ""));
        try (CompiledSnapshot snapshot = snapshot("policy-files = [" + policy + "]", "")) {
            assertAdmitted(Requested.get("/m/dogs"), snapshot);
            assertDenied(
                    LocalCause.UNLISTED,
                    "no statement of " + policy.replace("\"", ""),
                    Requested.get("/p/x"),
                    snapshot);
        }
        try (CompiledSnapshot snapshot = snapshot("policy-default = deny, policy-files = [" + policy + "]", "")) {
            assertDenied(LocalCause.UNLISTED, "no statement of ", Requested.get("/m/dogs"), snapshot);
            assertAdmitted(Requested.get("/m/pets"), snapshot);
        }
        try (CompiledSnapshot snapshot =
                snapshot("policy-default = deny, policy-files = [" + policy + "]", "policy-default = iam")) {
            assertAdmitted(Requested.get("/m/dogs"), snapshot);
        }
    }

    @Test
    void letsAnyDenyDenyAndAnyAllowSuffice() throws Exception {
        String all = policy("all.json", statement("all", "Allow", "execute-api:/prod/*", ""));
        String pets = policy(
                "pets.json",
                statement("noDogs", "Deny", "execute-api:/prod/GET/dogs", "") + ","
                        + statement("pets", "Allow", "execute-api:/prod/GET/pets", ""));
        try (CompiledSnapshot snapshot =
                snapshot("policy-default = deny, policy-files = [" + all + "]", "policy-files = [" + pets + "]")) {
            assertAdmitted(Requested.get("/m/cats"), snapshot);
            assertDenied(LocalCause.DENIED, "Sid \"noDogs\"", Requested.get("/m/dogs"), snapshot);
        }
        // Across kinds all must allow: an address that is on no list does not get in by a policy.
        try (CompiledSnapshot snapshot = snapshot("allow = [\"10.0.0.0/8\"], policy-files = [" + all + "]", "")) {
            assertDenied(LocalCause.UNLISTED, "the caller is denied by default", Requested.get("/m/cats"), snapshot);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"IpAddress\": {\"aws:SourceIp\": \"127.0.0.0/8\"}}",
                "{\"IpAddress\": {\"aws:VpcSourceIp\": \"127.0.0.1\"}}",
                "{\"DateEquals\": {\"aws:CurrentTime\": \"2026-07-01T12:00:00Z\"}}",
                "{\"StringEquals\": {\"aws:UserAgent\": \"curl/8\"}}",
                "{\"StringEquals\": {\"aws:Referer\": \"a, b\"}}",
                "{\"StringEquals\": {\"aws:SourceVpc\": \"vpc-1\"}}",
                "{\"StringEquals\": {\"aws:SourceVpce\": \"vpce-1\"}}",
                "{\"Bool\": {\"aws:SecureTransport\": \"true\"}}",
                "{\"Null\": {\"aws:SourceArn\": \"true\"}}",
            })
    void knowsEveryKey(String condition) throws Exception {
        String policy = policy("p.json", statement("", "Deny", "*", ", \"Condition\": " + condition));
        String context = ", policy-context { vpc = vpc-1, vpce = vpce-1, secure-transport = true }";
        try (CompiledSnapshot snapshot = snapshot("", "policy-files = [" + policy + "]" + context)) {
            assertDenied(
                    LocalCause.DENIED,
                    "p.json:1",
                    Requested.get("/m/x")
                            .with("user-agent", "curl/8")
                            .with("referer", "a")
                            .with("referer", "b"),
                    snapshot);
        }
    }

    @Test
    void takesTheApiFromTheHostOrTheSetting() throws Exception {
        String own = policy(
                "own.json", statement("", "Deny", "arn:aws:execute-api:{region}:{account_id}:{api_id}/prod/*", ""));
        String other =
                policy("other.json", statement("", "Deny", "arn:aws:execute-api:us-east-1:123456789012:zzz/*", ""));
        String named = policy(
                "named.json", statement("", "Deny", "arn:aws:execute-api:us-east-1:123456789012:abc123def4/*", ""));
        for (String policy : new String[] {own, named}) {
            try (CompiledSnapshot snapshot = snapshot("", "policy-files = [" + policy + "]")) {
                assertDenied(LocalCause.DENIED, "json:1", Requested.get("/m/x"), snapshot);
            }
        }
        try (CompiledSnapshot snapshot = snapshot("", "policy-files = [" + other + "]")) {
            assertAdmitted(Requested.get("/m/x"), snapshot);
        }
        String arn = ", policy-context.api-arn = \"arn:aws:execute-api:us-east-1:123456789012:zzz\"";
        try (CompiledSnapshot snapshot = snapshot("", "policy-files = [" + other + "]" + arn)) {
            assertDenied(LocalCause.DENIED, "json:1", Requested.get("/m/x"), snapshot);
        }
        String stage = policy("stage.json", statement("", "Deny", "execute-api:/$default/GET/prod/x", ""));
        try (CompiledSnapshot snapshot =
                snapshot("", "policy-files = [" + stage + "], policy-context.stage = \"$default\"")) {
            assertDenied(LocalCause.DENIED, "json:1", Requested.get("/m/x"), snapshot);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "policy-files = [none.json] | there is no file",
                "policy-files = [bad.json] | bad.json:1:2: unknown member \"Statment\"",
                "policy-files = [vpce.json] | vpce.json:1:147: aws:SourceVpce is known of no request of the route main; set"
                        + " routes.main.policy-context.vpce",
                "policy-context.vcp = x | vcp",
                "policy-context.stage = a/b | write the stage's name alone",
                "policy-context.api-arn = abc | is not the ARN of an API",
                "policy-default = aim | is not one of",
                "policy-files = [arn.json], upstream = \"https://api.example.com\", service = execute-api, region = us-east-1 |"
                        + " routes.main.policy-context.api-arn",
            })
    void refusesAtLoadWhatItCouldNotJudgeBy(String settings, String fault) throws Exception {
        Files.writeString(folder.resolve("bad.json"), "{\"Statment\": []}");
        policy(
                "vpce.json",
                statement("", "Deny", "*", ", \"Condition\": {\"StringNotEquals\": {\"aws:SourceVpce\": \"v\"}}"));
        policy("arn.json", statement("", "Deny", "arn:aws:execute-api:us-east-1:123456789012:abc123def4/*", ""));
        String text = ROUTES.formatted("", settings.replaceAll("([a-z]+)\\.json", "\"" + folder + "/$1.json\""));
        LoadResult loaded = HoconSource.text("countersign {\n" + text + "\n}", folder, Map.of())
                .strict()
                .load();
        assertTrue(loaded instanceof LoadResult.Faulty, "was loaded");
        assertTrue(loaded.toString().contains(fault), loaded::toString);
    }

    @Test
    void boundsWhatThePoliciesOfARouteCostTogether() throws Exception {
        String one = policy("one.json", searches(64));
        String two = policy("two.json", searches(64));
        String more = policy("more.json", searches(1));
        try (CompiledSnapshot snapshot = snapshot("policy-files = [" + one + "]", "policy-files = [" + two + "]")) {
            assertAdmitted(Requested.get("/m/x"), snapshot);
        }
        String text = ROUTES.formatted("policy-files = [%s, %s]".formatted(one, two), "policy-files = [" + more + "]");
        LoadResult loaded = HoconSource.text("countersign {\n" + text + "\n}", folder, Map.of())
                .load();
        assertTrue(loaded instanceof LoadResult.Faulty, "was loaded");
        assertTrue(loaded.toString().contains("the policies of the route main have 129 searches"), loaded::toString);
    }

    private static String searches(int count) {
        return statement("", "Deny", "execute-api:/*/GET/a*\"" + ", \"execute-api:/*/GET/a*\"".repeat(count - 1), "")
                .replace("\"Resource\": ", "\"Resource\": [")
                .replace("*\"\"}", "*\"]}");
    }

    @Test
    void isReadAnewOnlyWhenItsTextChanges() throws Exception {
        String policy = policy("p.json", statement("", "Deny", "execute-api:/prod/GET/pets", ""));
        String text = "countersign {\n" + ROUTES.formatted("policy-files = [" + policy + "]", "") + "\n}";
        LoadResult first = HoconSource.text(text, folder, Map.of()).load();
        assertEquals(first, HoconSource.text(text, folder, Map.of()).load());
        assertTrue(first.files().contains(folder.resolve("p.json")), first.files()::toString);
        policy("p.json", statement("", "Deny", "execute-api:/prod/GET/dogs", ""));
        assertTrue(!first.equals(HoconSource.text(text, folder, Map.of()).load()), "a change went unnoticed");
    }

    private CompiledSnapshot snapshot(String access, String route) throws Exception {
        return new CompiledSnapshot(ROUTES.formatted(access, route));
    }

    private static void assertAdmitted(Requested request, CompiledSnapshot snapshot) {
        assertInstanceOf(Admitted.class, request.decide(snapshot));
    }

    private static void assertDenied(LocalCause cause, String why, Requested request, CompiledSnapshot snapshot) {
        Refused refused = assertInstanceOf(Refused.class, request.decide(snapshot));
        assertEquals(cause, refused.response().cause());
        assertTrue(refused.response().detail().contains(why), refused.response()::detail);
        assertInstanceOf(Verdict.Denied.class, refused.findings().verdict());
    }

    private static String statement(String sid, String effect, String resource, String condition) {
        return ("{\"Sid\": \"%s\", \"Effect\": \"%s\", \"Principal\": \"*\","
                        + " \"Action\": \"execute-api:Invoke\", \"Resource\": \"%s\"%s}")
                .formatted(sid, effect, resource, condition);
    }

    /** The file's name, quoted for a setting. */
    private String policy(String name, String statements) throws Exception {
        return "\"" + Files.writeString(folder.resolve(name), "{\"Statement\": [" + statements + "]}") + "\"";
    }
}
