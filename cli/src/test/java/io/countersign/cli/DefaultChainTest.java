package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.net.httpserver.HttpServer;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsRegistry;
import io.countersign.proxy.credentials.RefreshRuntime;
import io.countersign.proxy.credentials.provider.Providers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code sign} finds the same credentials as the proxy, in the same order, whatever is set up. */
class DefaultChainTest {
    @TempDir
    Path home;

    private HttpServer container;

    @BeforeEach
    void start() throws IOException {
        container = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        container.createContext("/", exchange -> {
            byte[] body = "{\"AccessKeyId\":\"AKIDCONTAINER\",\"SecretAccessKey\":\"s\"}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        container.start();
    }

    @AfterEach
    void stop() {
        container.stop(0);
    }

    static Stream<Arguments> setups() {
        return Stream.of(
                arguments("environment profile container", "AKIDENVIRONMENT"),
                arguments("environment container", "AKIDENVIRONMENT"),
                arguments("profile container", "AKIDPROFILE"),
                arguments("named profile container", "AKIDNAMED"),
                arguments("container", "AKIDCONTAINER"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("setups")
    void signsWithWhatTheProxySignsWith(String setup, String expected) throws Exception {
        Map<String, String> variables = variables(setup);

        assertEquals(expected, proxys(variables));
        Command sign = Command.run(
                variables, "", "sign", "https://a.b/", "--service", "s", "--region", "r", "--output", "headers");
        assertEquals(0, sign.exitCode(), sign.err());
        assertTrue(sign.out().contains("Credential=" + expected + "/"), sign.out());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void stopsWhereTheProxyStops(String setup, String reason) throws Exception {
        Map<String, String> variables = variables(setup);

        String missing = proxys(variables);
        assertTrue(missing.contains(reason), missing);
        Command sign = Command.run(variables, "", "sign", "https://a.b/", "--service", "s", "--region", "r");
        assertEquals(2, sign.exitCode());
        assertTrue(sign.err().contains(reason), sign.err());
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                arguments("half profile container", "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not"),
                arguments("", "no credentials provider is set up here"));
    }

    private Map<String, String> variables(String setup) throws IOException {
        Map<String, String> variables =
                new HashMap<>(Map.of("HOME", home.toString(), "AWS_EC2_METADATA_DISABLED", "true"));
        if (setup.contains("environment")) {
            variables.put("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT");
            variables.put("AWS_SECRET_ACCESS_KEY", "s");
        }
        if (setup.contains("half")) {
            variables.put("AWS_ACCESS_KEY_ID", "AKIDHALF");
        }
        if (setup.contains("profile")) {
            Files.createDirectories(home.resolve(".aws"));
            Files.writeString(home.resolve(".aws/credentials"), """
                    [default]
                    aws_access_key_id = AKIDPROFILE
                    aws_secret_access_key = s
                    [other]
                    aws_access_key_id = AKIDNAMED
                    aws_secret_access_key = s
                    """);
        }
        if (setup.contains("named")) {
            variables.put("AWS_PROFILE", "other");
        }
        if (setup.contains("container")) {
            variables.put(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    "http://127.0.0.1:" + container.getAddress().getPort() + "/");
        }
        return variables;
    }

    /** The id of the access key that the proxy would sign with, or why it can't sign. */
    private static String proxys(Map<String, String> variables) throws Exception {
        CredentialsConfig config =
                new CredentialsConfig("default", new CredentialsConfig.DefaultChain(), Optional.empty());
        try (CredentialsRegistry registry = CredentialsRegistry.prepare(
                Map.of("default", config),
                RefreshRuntime.withOwnThreads(Clock.systemUTC()),
                each -> Providers.of(each, Environment.of(variables)))) {
            registry.replace(null);
            Credentials found = registry.get("default")
                    .orElseThrow()
                    .await()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            return found instanceof Credentials.Usable usable
                    ? usable.value().accessKeyId()
                    : assertInstanceOf(Credentials.Missing.class, found).reason();
        }
    }
}
