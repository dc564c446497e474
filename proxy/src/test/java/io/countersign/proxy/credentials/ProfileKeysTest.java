package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileKeysTest {
    @TempDir
    Path home;

    private ProfileKeys profile(String name, String config) throws Exception {
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(home.resolve(".aws/config"), config);
        return new ProfileKeys(name, ProfileFiles.of(new Environment(Map.of(), home)));
    }

    private Path script(String... lines) throws Exception {
        Path script = home.resolve("keys.sh");
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
        ProfileKeys keys = profile("p", "[profile p]\ncredential_process = " + script + "\n");
        Fetched first = keys.fetch();
        assertEquals("PROC1", first.keys().accessKeyId());
        assertEquals("canary-t", first.keys().sessionToken());
        assertEquals(Optional.of(Instant.parse("2099-01-01T00:00:00Z")), first.expiry());
        assertEquals("PROC2", keys.fetch().keys().accessKeyId());
    }

    @Test
    void aProcessThatFailsIsNamedWithoutWhatItPrinted() throws Exception {
        Path script = script("echo '{\"SecretAccessKey\":\"canary\"}'", "echo 'vault is sealed' >&2", "exit 3");
        ProfileKeys keys = profile("p", "[profile p]\ncredential_process = " + script + "\n");
        String message = assertThrows(FetchFailure.class, keys::fetch).getMessage();
        assertTrue(message.startsWith("profile p: "), message);
        assertFalse(message.contains("canary"), message);
    }

    @Test
    void aRoleOfAProfileIsAssumedOverItsSource() throws Exception {
        try (LoopbackSts sts = new LoopbackSts();
                SystemSettings settings = new SystemSettings()) {
            settings.set("aws.endpointUrlSts", sts.url());
            ProfileKeys keys = profile("r", """
                    [profile r]
                    role_arn = arn:aws:iam::1:role/r
                    source_profile = base
                    external_id = ext
                    region = us-east-1
                    [profile base]
                    aws_access_key_id = BASE
                    aws_secret_access_key = s
                    """);
            Fetched first = keys.fetch();
            assertEquals("ASIA1", first.keys().accessKeyId());
            assertEquals(Optional.of(sts.expiry), first.expiry());
            assertEquals("ASIA2", keys.fetch().keys().accessKeyId());
            assertEquals("ext", sts.calls.get(0).get("ExternalId"));
            assertTrue(sts.authorizations.get(0).contains("Credential=BASE/"), sts.authorizations.get(0));
        }
    }

    @Test
    void aProfileThatIsNotThereSaysWhereItWasLookedFor() {
        ProfileKeys keys = new ProfileKeys("absent", ProfileFiles.of(new Environment(Map.of(), home)));
        String message = assertThrows(FetchFailure.class, keys::fetch).getMessage();
        assertEquals(
                "no profile 'absent' in " + home + "/.aws/credentials (no such file) or " + home
                        + "/.aws/config (no such file)",
                message);
    }

    @Test
    void aProfileWithHalfAKeySaysSo() throws Exception {
        ProfileKeys keys = profile("p", "[profile p]\naws_access_key_id = A\n");
        assertTrue(assertThrows(FetchFailure.class, keys::fetch).getMessage().startsWith("profile p: "));
    }
}
