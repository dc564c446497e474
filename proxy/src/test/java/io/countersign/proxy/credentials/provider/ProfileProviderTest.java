package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileProviderTest {
    @TempDir
    Path home;

    private ProfileProvider profile(String name, String config) throws Exception {
        return profile(name, config, Map.of());
    }

    private ProfileProvider profile(String name, String config, Map<String, String> variables) throws Exception {
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(home.resolve(".aws/config"), config);
        return ProfileProvider.named(name, new Environment(variables, home));
    }

    private Path script(String... lines) throws Exception {
        Path script = home.resolve("credentials.sh");
        Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }

    @Test
    void keysOfAProcessComeWithTheirExpiryAndAreFetchedAnew() throws Exception {
        Path count = home.resolve("count");
        Path script = script(
                "echo x >> " + count,
                "n=$(wc -l < " + count + " | tr -d ' ')",
                "echo '{\"Version\":1,\"AccessKeyId\":\"PROC'$n'\",\"SecretAccessKey\":\"canary\",\"SessionToken\":\"canary-t\","
                        + "\"Expiration\":\"2099-01-01T00:00:00Z\"}'");
        ProfileProvider credentials = profile("p", "[profile p]\ncredential_process = " + script + "\n");
        Fetched first = credentials.fetch();
        assertEquals("PROC1", first.credentials().accessKeyId());
        assertEquals("canary-t", first.credentials().sessionToken());
        assertEquals(Optional.of(Instant.parse("2099-01-01T00:00:00Z")), first.expiry());
        assertEquals("PROC2", credentials.fetch().credentials().accessKeyId());
    }

    @Test
    void aProcessThatFailsIsNamedWithoutWhatItPrinted() throws Exception {
        Path script = script("echo '{\"SecretAccessKey\":\"canary\"}'", "echo 'vault is sealed' >&2", "exit 3");
        ProfileProvider credentials = profile("p", "[profile p]\ncredential_process = " + script + "\n");
        String message = assertThrows(FetchFailure.class, credentials::fetch).getMessage();
        assertTrue(message.startsWith("profile p: "), message);
        assertFalse(message.contains("canary"), message);
    }

    @Test
    void aRoleOfAProfileIsAssumedOverItsSource() throws Exception {
        try (LoopbackSts sts = new LoopbackSts()) {
            ProfileProvider credentials = profile("r", """
                    [profile r]
                    role_arn = arn:aws:iam::1:role/r
                    source_profile = base
                    external_id = ext
                    region = us-east-1
                    [profile base]
                    aws_access_key_id = BASE
                    aws_secret_access_key = s
                    """, Map.of("AWS_ENDPOINT_URL_STS", sts.url()));
            Fetched first = credentials.fetch();
            assertEquals("ASIA1", first.credentials().accessKeyId());
            assertEquals(Optional.of(sts.expiry), first.expiry());
            assertEquals("ASIA2", credentials.fetch().credentials().accessKeyId());
            assertEquals("ext", sts.calls.get(0).get("ExternalId"));
            assertTrue(sts.authorizations.get(0).contains("Credential=BASE/"), sts.authorizations.get(0));
        }
    }

    @Test
    void aProfileThatIsNotThereSaysWhereItWasLookedFor() {
        ProfileProvider credentials = ProfileProvider.named("absent", new Environment(Map.of(), home));
        String message = assertThrows(FetchFailure.class, credentials::fetch).getMessage();
        assertEquals(
                "no profile 'absent' in " + home + "/.aws/credentials (no such file) or " + home
                        + "/.aws/config (no such file)",
                message);
    }

    @Test
    void aProfileWithHalfAKeySaysSo() throws Exception {
        ProfileProvider credentials = profile("p", "[profile p]\naws_access_key_id = A\n");
        assertTrue(assertThrows(FetchFailure.class, credentials::fetch)
                .getMessage()
                .startsWith("profile p: "));
    }

    private static final String ROLE_OVER_KEYS = """
            [profile r]
            role_arn = arn:aws:iam::111122223333:role/r
            source_profile = k
            %s
            [profile k]
            aws_access_key_id = BASE
            aws_secret_access_key = s3cret-s3cret
            """;

    @Test
    void theStsOfARoleIsTheOneOfTheProfilesRegion() throws Exception {
        for (String[] each : new String[][] {
            {"region = eu-west-3", "", "sts.eu-west-3.amazonaws.com"},
            {"", "", "sts.us-east-1.amazonaws.com"},
            {"region = eu-west-3", "eu-central-1", "sts.eu-central-1.amazonaws.com"}
        }) {
            try (LoopbackProxy proxy = new LoopbackProxy(Optional.empty())) {
                ProfileProvider credentials = profile(
                        "r",
                        ROLE_OVER_KEYS.formatted(each[0]),
                        Map.of("HTTPS_PROXY", proxy.url(""), "AWS_REGION", each[1]));
                assertThrows(FetchFailure.class, credentials::fetch);
                assertEquals(
                        "CONNECT " + each[2] + ":443 HTTP/1.1",
                        proxy.requestLines().get(0));
            }
        }
    }

    @Test
    void endpointsOfEnvironmentAndProfileAreObeyedInTheirOrder() throws Exception {
        try (LoopbackSts sts = new LoopbackSts()) {
            String url = sts.url();
            for (Object[] each : new Object[][] {
                {"", Map.of("AWS_ENDPOINT_URL_STS", url, "AWS_ENDPOINT_URL", "http://127.0.0.1:1")},
                {"endpoint_url = http://127.0.0.1:1", Map.of("AWS_ENDPOINT_URL", url)},
                {"endpoint_url = " + url, Map.of()},
                {
                    "services = s\nendpoint_url = http://127.0.0.1:1\n[services s]\nsts =\n  endpoint_url = " + url,
                    Map.of()
                }
            }) {
                @SuppressWarnings("unchecked")
                Map<String, String> variables = (Map<String, String>) each[1];
                sts.calls.clear();
                profile("r", ROLE_OVER_KEYS.formatted(each[0]), variables).fetch();
                assertEquals(1, sts.calls.size(), each[0].toString());
            }
        }
    }

    @Test
    void noTokenGoesToAnEndpointInTheClearOrWhereCredentialsAreHandedOut() throws Exception {
        for (String url : new String[] {
            "http://sts.example", "https://169.254.169.254", "ftp://127.0.0.1", "https://u:p4ssw0rd@h", "not a url"
        }) {
            String message = assertThrows(
                            FetchFailure.class,
                            () -> profile("r", ROLE_OVER_KEYS.formatted(""), Map.of("AWS_ENDPOINT_URL_STS", url))
                                    .fetch())
                    .getMessage();
            assertTrue(message.contains("AWS_ENDPOINT_URL_STS "), message);
            assertTrue(message.contains("is not an https URL") || message.contains("not an endpoint of STS"), message);
            assertFalse(message.contains("p4ssw0rd"), message);
        }
    }

    @Test
    void aLoginSessionIsRefusedWithWhatToWriteInstead() throws Exception {
        ProfileProvider credentials =
                profile("l", "[profile l]\nlogin_session = arn:aws:iam::1:user/u\nregion = us-east-1\n");
        String message = assertThrows(FetchFailure.class, credentials::fetch).getMessage();
        assertTrue(message.contains("login_session is not supported; use credential_process = aws configure"), message);
    }

    @Test
    void aCircleOfProfilesIsNamedAndAProfileMayBeItsOwnSource() throws Exception {
        String role = "[profile %s]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = %s\n";
        ProfileProvider circle = profile("a", role.formatted("a", "b") + role.formatted("b", "a"));
        String message = assertThrows(FetchFailure.class, circle::fetch).getMessage();
        assertTrue(message.contains("in a circle: a, b, a"), message);
        try (LoopbackSts sts = new LoopbackSts()) {
            ProfileProvider own = profile(
                    "a",
                    role.formatted("a", "a") + "aws_access_key_id = OWN\naws_secret_access_key = s\n",
                    Map.of("AWS_ENDPOINT_URL_STS", sts.url()));
            assertEquals("ASIA1", own.fetch().credentials().accessKeyId());
            assertTrue(sts.authorizations.get(0).contains("Credential=OWN/"), sts.authorizations.get(0));
        }
    }

    @Test
    void aRoleOfAProfileMayUseAWebIdentityOrThePlaceWhereItRuns() throws Exception {
        try (LoopbackSts sts = new LoopbackSts();
                LoopbackMetadata metadata = new LoopbackMetadata(java.time.Clock.systemUTC())) {
            Files.writeString(home.resolve("jwt"), "canary-jwt\n");
            profile(
                            "w",
                            "[profile w]\nrole_arn = arn:aws:iam::1:role/w\nweb_identity_token_file = ~/jwt\n"
                                    + "role_session_name = me\nduration_seconds = 1800\n",
                            Map.of("AWS_ENDPOINT_URL_STS", sts.url()))
                    .fetch();
            assertEquals("canary-jwt", sts.calls.get(0).get("WebIdentityToken"));
            assertEquals("me", sts.calls.get(0).get("RoleSessionName"));
            assertEquals("1800", sts.calls.get(0).get("DurationSeconds"));
            for (String place : new String[] {"Environment", "Ec2InstanceMetadata", "EcsContainer"}) {
                sts.calls.clear();
                profile(
                                "p",
                                "[profile p]\nrole_arn = arn:aws:iam::1:role/p\ncredential_source = " + place + "\n",
                                Map.of(
                                        "AWS_ENDPOINT_URL_STS",
                                        sts.url(),
                                        "AWS_ACCESS_KEY_ID",
                                        "ENV",
                                        "AWS_SECRET_ACCESS_KEY",
                                        "s",
                                        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                                        metadata.url(),
                                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                        metadata.url() + "/container"))
                        .fetch();
                assertEquals(1, sts.calls.size(), place);
            }
            assertTrue(sts.authorizations.get(1).contains("Credential=ENV/"), sts.authorizations.get(1));
        }
    }
}
