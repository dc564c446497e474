package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.sigv4.AwsCredentials;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AssumedRoleTest {
    private static final Environment NOTHING = new Environment(Map.of(), Path.of("/nonexistent"));
    private static final CredentialsProvider BASE =
            new StaticProvider(new AwsCredentials("AKIDBASE", "canary-base-secret", "canary-base-token"));

    private LoopbackSts sts;

    @BeforeEach
    void start() throws Exception {
        sts = new LoopbackSts();
    }

    @AfterEach
    void stop() {
        sts.close();
    }

    private AssumedRoleProvider role(String arn, CredentialsProvider below) {
        AssumeRole role = new AssumeRole(
                arn,
                Optional.of("ext/id=1"),
                "countersign-test",
                1800,
                Map.of("team", "metrics", "cost", "12"),
                new Sts(Optional.of("eu-west-1"), Optional.of(sts.url()), Optional.empty()));
        return new AssumedRoleProvider(role, below, StsSettings.of(role.sts(), role.roleArn(), NOTHING));
    }

    @Test
    void asksStsForTheRoleWithExternalIdSessionNameAndDuration() throws Exception {
        Fetched fetched = role("arn:aws:iam::123456789012:role/reporting", BASE).fetch();
        Map<String, String> form = sts.calls.get(0);
        assertEquals("AssumeRole", form.get("Action"));
        assertEquals("arn:aws:iam::123456789012:role/reporting", form.get("RoleArn"));
        assertEquals("ext/id=1", form.get("ExternalId"));
        assertEquals("countersign-test", form.get("RoleSessionName"));
        assertEquals("1800", form.get("DurationSeconds"));
        assertEquals("cost", form.get("Tags.member.1.Key"));
        assertEquals("12", form.get("Tags.member.1.Value"));
        assertEquals("team", form.get("Tags.member.2.Key"));
        String authorization = sts.authorizations.get(0);
        assertTrue(authorization.contains("Credential=AKIDBASE/"), authorization);
        assertTrue(authorization.contains("/eu-west-1/sts/aws4_request"), authorization);
        assertEquals(new AwsCredentials("ASIA1", "canary-secret-1", "canary-token-1"), fetched.credentials());
        assertEquals(Optional.of(sts.expiry), fetched.expiry());
        assertTrue(fetched.provider().contains("role/reporting over static"), fetched.provider());
    }

    @Test
    void everyFetchReallyAsks() throws Exception {
        AssumedRoleProvider role = role("arn:aws:iam::1:role/a", BASE);
        assertEquals("ASIA1", role.fetch().credentials().accessKeyId());
        assertEquals("ASIA2", role.fetch().credentials().accessKeyId());
    }

    @Test
    void aChainSignsWithTheKeysOfTheRoleBelow() throws Exception {
        role("arn:aws:iam::1:role/b", role("arn:aws:iam::1:role/a", BASE)).fetch();
        assertEquals("arn:aws:iam::1:role/b", sts.calls.get(1).get("RoleArn"));
        assertTrue(sts.authorizations.get(1).contains("Credential=ASIA1/"), sts.authorizations.get(1));
    }

    @Test
    void aRefusalNamesTheRoleTheEndpointAndWhatStsSaid() {
        sts.error = new String[] {
            "403",
            "AccessDenied",
            "User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole canary-base-token"
        };
        FetchFailure failure = assertThrows(
                FetchFailure.class, () -> role("arn:aws:iam::1:role/a", BASE).fetch());
        assertTrue(failure.getMessage().contains("role/a over static"), failure.getMessage());
        assertTrue(failure.getMessage().contains(sts.url()), failure.getMessage());
        assertTrue(failure.getMessage().contains("is not authorized to perform"), failure.getMessage());
        assertFalse(failure.getMessage().contains("canary"), failure.getMessage());
    }

    @Test
    void aSourceBelowThatFailsIsNamed() {
        CredentialsProvider broken = ProfileProvider.named("absent", NOTHING);
        FetchFailure failure = assertThrows(
                FetchFailure.class, () -> role("arn:aws:iam::1:role/a", broken).fetch());
        assertTrue(failure.getMessage().contains("no profile 'absent' in"), failure.getMessage());
        assertTrue(sts.calls.isEmpty());
    }

    @Test
    void withoutARegionTheRolesPartitionDecides() {
        assertEquals("us-gov-west-1", region("arn:aws-us-gov:iam::1:role/a", NOTHING));
        assertEquals("cn-north-1", region("arn:aws-cn:iam::1:role/a", NOTHING));
        assertEquals("us-east-1", region("arn:aws:iam::1:role/a", NOTHING));
        Environment inFrankfurt = new Environment(Map.of("AWS_REGION", "eu-central-1"), Path.of("/"));
        assertEquals("eu-central-1", region("arn:aws:iam::1:role/a", inFrankfurt));
    }

    private static String region(String arn, Environment environment) {
        return StsSettings.of(Sts.OF_ENVIRONMENT, arn, environment).region();
    }
}
