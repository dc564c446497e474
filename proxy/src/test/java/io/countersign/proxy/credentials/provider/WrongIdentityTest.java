package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.FetchFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Whose credentials the default finds: what is set up and fails ends the search, and what is not set up does not. */
class WrongIdentityTest {
    @TempDir
    Path home;

    private LoopbackMetadata metadata;

    @BeforeEach
    void start() throws Exception {
        metadata = new LoopbackMetadata(Clock.systemUTC());
        Files.createDirectories(home.resolve(".aws"));
    }

    @AfterEach
    void stop() {
        metadata.close();
    }

    /** With an instance that has credentials. */
    private ProviderChain search(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
        return ProviderChain.defaultChain(new Environment(all, home));
    }

    private record Case(String name, String config, Map<String, String> variables, String said) {}

    private Case set(String said, String... variables) {
        return file(said, "", variables);
    }

    private Case file(String said, String config, String... variables) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1]);
        }
        return new Case(config.replace('\n', ' ') + map, config, map, said);
    }

    private Stream<DynamicTest> each(List<Case> cases, Check check) {
        return cases.stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> {
                    Files.deleteIfExists(home.resolve(".aws/config"));
                    if (!one.config().isEmpty()) {
                        Files.writeString(home.resolve(".aws/config"), one.config());
                    }
                    metadata.requests.clear();
                    check.of(one);
                }));
    }

    private interface Check {
        void of(Case one) throws Exception;
    }

    @TestFactory
    Stream<DynamicTest> whatIsSetUpAndFailsEndsTheSearch() throws Exception {
        Path missing = home.resolve("missing");
        Path folder = Files.createDirectories(home.resolve("folder"));
        Path empty = Files.writeString(home.resolve("empty"), "");
        Path token = Files.writeString(home.resolve("token"), "t0ken-t0ken");
        Path garbage = Files.writeString(home.resolve("garbage"), "wJalrXUtnFEMIK7MDENG\n");
        return each(
                List.of(
                        set("no profile 'ops' in", "AWS_PROFILE", "ops"),
                        set("no profile 'default' in", "AWS_PROFILE", "default"),
                        file("profile ops holds no credentials", "[profile ops]\nregion = x\n", "AWS_PROFILE", "ops"),
                        set("AWS_SHARED_CREDENTIALS_FILE names", "AWS_SHARED_CREDENTIALS_FILE", missing.toString()),
                        set("AWS_SHARED_CREDENTIALS_FILE names", "AWS_SHARED_CREDENTIALS_FILE", folder.toString()),
                        set("AWS_CONFIG_FILE names", "AWS_CONFIG_FILE", missing.toString()),
                        set("AWS_CONFIG_FILE names", "AWS_CONFIG_FILE", missing.toString(), "AWS_PROFILE", "ops"),
                        set("is not an AWS configuration file: see line 1", "AWS_CONFIG_FILE", garbage.toString()),
                        set("AWS_SECRET_ACCESS_KEY is not", "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
                        set("AWS_SECRET_ACCESS_KEY is not", "AWS_ACCESS_KEY_ID", "AKIA", "AWS_SECRET_ACCESS_KEY", ""),
                        set("AWS_ACCESS_KEY_ID is not", "AWS_SECRET_ACCESS_KEY", "secret-secret"),
                        set("AWS_ACCESS_KEY_ID is not", "AWS_SESSION_TOKEN", "token-token"),
                        set("set AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "ASIAX", "AWS_SECRET_ACCESS_KEY", "s"),
                        set("U+0009", "AWS_ACCESS_KEY_ID", "AK\tIA", "AWS_SECRET_ACCESS_KEY", "s"),
                        set("AWS_ROLE_ARN is not", "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString()),
                        set("AWS_WEB_IDENTITY_TOKEN_FILE is not", "AWS_ROLE_ARN", "arn:aws:iam::1:role/r"),
                        set(
                                "can't be read",
                                "AWS_WEB_IDENTITY_TOKEN_FILE",
                                missing.toString(),
                                "AWS_ROLE_ARN",
                                "arn:aws:iam::1:role/r"),
                        set(
                                "is empty",
                                "AWS_WEB_IDENTITY_TOKEN_FILE",
                                empty.toString(),
                                "AWS_ROLE_ARN",
                                "arn:aws:iam::1:role/r"),
                        set("is not a valid URL", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "not a url"),
                        set("is not a valid URL", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http:///x"),
                        set("in the clear", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/x"),
                        set("in the clear", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "ftp://127.0.0.1/x"),
                        set("begins with a slash", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "v2/x"),
                        set("container endpoint", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/x"),
                        set("is set, but neither", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "t0ken-t0ken"),
                        set(
                                "can't be read",
                                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                metadata.url() + "/container",
                                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                missing.toString()),
                        file("ended with status 3", "[default]\ncredential_process = exit 3\n"),
                        file("not a JSON object", "[default]\ncredential_process = echo secret-secret\n"),
                        file("role_arn needs", "[default]\nrole_arn = arn:aws:iam::1:role/r\n"),
                        file(
                                "role_arn needs either",
                                "[default]\nrole_arn = arn:aws:iam::1:role/r\n"
                                        + "source_profile = a\ncredential_source = Environment\n"),
                        file("no profile 'a' in", "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = a\n"),
                        file("role_arn is not", "[default]\nweb_identity_token_file = /x\n"),
                        file("sso_role_name is not set", "[default]\nsso_account_id = 1\n"),
                        file("aws_access_key_id is not set", "[default]\naws_secret_access_key = s\n"),
                        file("aws_secret_access_key is not set", "[default]\naws_access_key_id = A\n"),
                        file(
                                "set aws_session_token",
                                "[default]\naws_access_key_id = ASIAX\naws_secret_access_key = s\n"),
                        file("login_session is not supported", "[default]\nlogin_session = arn:aws:iam::1:user/u\n")),
                one -> {
                    String message = assertThrows(
                                    FetchFailure.class,
                                    () -> search(one.variables()).fetch())
                            .getMessage();
                    assertTrue(message.contains(one.said()), message);
                    assertFalse(message.contains("t0ken") || message.contains("wJalr"), message);
                    assertFalse(message.contains("secret-secret"), message);
                    assertEquals(List.of(), List.copyOf(metadata.requests), "nobody else was asked");
                });
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotSetUpIsPassedOver() throws Exception {
        Path elsewhere = Files.writeString(home.resolve("elsewhere"), "[other]\naws_access_key_id = A\n");
        return each(
                List.of(
                        set("nothing"),
                        file("a region", "[default]\nregion = eu-central-1\n"),
                        file("an output", "[default]\noutput = json\n"),
                        file("a region", "[default]\nregion = eu-central-1\n", "AWS_PROFILE", "default"),
                        file("a provider and no role", "[default]\ncredential_source = Ec2InstanceMetadata\n"),
                        file("no default", "[profile x]\naws_access_key_id = A\naws_secret_access_key = s\n"),
                        set("a file without it", "AWS_SHARED_CREDENTIALS_FILE", elsewhere.toString()),
                        set("no file", "AWS_CONFIG_FILE", "/dev/null"),
                        set("empty", "AWS_ACCESS_KEY_ID", "", "AWS_SECRET_ACCESS_KEY", "", "AWS_SESSION_TOKEN", ""),
                        set("empty", "AWS_PROFILE", "", "AWS_CONFIG_FILE", "", "AWS_SHARED_CREDENTIALS_FILE", ""),
                        set("empty", "AWS_WEB_IDENTITY_TOKEN_FILE", "", "AWS_ROLE_ARN", ""),
                        set(
                                "empty",
                                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                "",
                                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                "",
                                "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                "",
                                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                "")),
                one -> assertEquals("instance", search(one.variables()).fetch().provider()));
    }

    @Test
    void aFileThatIsThereAndCannotBeReadIsNotPassedOver() throws Exception {
        Path file = Files.writeString(home.resolve(".aws/credentials"), "[default]\naws_access_key_id = A\n");
        assertTrue(file.toFile().setReadable(false));
        // Root reads it all the same, and then finds half a key in it.
        String message =
                assertThrows(FetchFailure.class, () -> search(Map.of()).fetch()).getMessage();
        assertTrue(message.contains("may not read") || message.contains("aws_secret_access_key is not set"), message);
        assertTrue(metadata.requests.isEmpty());
    }
}
