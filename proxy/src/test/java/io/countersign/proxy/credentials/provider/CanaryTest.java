package io.countersign.proxy.credentials.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.CredentialsStatus;
import io.countersign.proxy.credentials.FakeProvider;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.ManualTime;
import io.countersign.proxy.credentials.RefreshingCredentials;
import io.countersign.sigv4.AwsCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Each provider of credentials, failing in each way in which what it asks repeats the secret that it was sent; and all that is
 * then said: the log at its finest, the status that metrics and pages show, what a check prints.
 */
class CanaryTest {
    private static final String TOKEN = "canary0Tk/IQoJb3JpZ2luX2VjEHsaCXVz+LWVhc3QtMSJHMEUCIQDqw==zz9";
    private static final String SECRET = "canary1SkrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE";
    private static final String ARN = "arn:aws:iam::111122223333:role/r";
    private static final String START_URL = "https://corp.awsapps.example/start";
    private static final int CUT = 600;

    @TempDir
    Path home;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> log = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                said.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private HttpServer server;
    private volatile int status;
    private volatile UnaryOperator<String> body;
    private final List<String> shown = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::echo);
        server.start();
        root.setLevel(Level.TRACE);
        // The SDK prints its canonical requests at DEBUG, as CREDENTIALS.md says.
        ((Logger) LoggerFactory.getLogger("software.amazon.awssdk")).setLevel(Level.INFO);
        log.setContext(root.getLoggerContext());
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stop() {
        root.detachAppender(log);
        root.setLevel(before);
        server.stop(0);
    }

    /** Repeats each secret of the request; the metadata's token request alone is granted. */
    private void echo(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        if (exchange.getRequestURI().getPath().equals("/latest/api/token")) {
            send(exchange, 200, TOKEN);
            return;
        }
        String secret = Stream.of(
                        "Authorization", "x-aws-ec2-metadata-token", "x-amz-sso_bearer_token", "x-amz-security-token")
                .map(exchange.getRequestHeaders()::getFirst)
                .filter(value -> value != null && value.contains("canary"))
                .findFirst()
                .orElse(
                        form.contains("WebIdentityToken=")
                                ? URLDecoder.decode(form.replaceAll("(?s).*WebIdentityToken=([^&]*).*", "$1"), UTF_8)
                                : "");
        if (!secret.isEmpty()) {
            shown.add(secret);
        }
        send(exchange, status, body.apply(secret));
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Environment environment(String... variables) {
        Map<String, String> map = new HashMap<>();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        map.put("AWS_ENDPOINT_URL", url);
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1].replace("URL", url));
        }
        return new Environment(map, home);
    }

    private CredentialsProvider assumed(CredentialsProvider below, Environment environment) {
        AssumeRole role = new AssumeRole(ARN, Optional.of("ext"), "s", 900, Map.of(), Sts.OF_ENVIRONMENT);
        return new AssumedRoleProvider(role, below, StsSettings.of(role.sts(), ARN, environment));
    }

    private CredentialsProvider profile(String name, String text) throws IOException {
        Path file = Files.writeString(home.resolve("config-" + name), text);
        return ProfileProvider.named(name, environment("AWS_CONFIG_FILE", file.toString()));
    }

    private Map<String, CredentialsProvider> providers() throws Exception {
        Path token = Files.writeString(home.resolve("token"), TOKEN + "\n");
        Path cache = Files.createDirectories(home.resolve(".aws/sso/cache"));
        for (String named : new String[] {START_URL, "corp"}) {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(named.getBytes(UTF_8));
            Files.writeString(
                    cache.resolve(HexFormat.of().formatHex(hash) + ".json"), "{\"accessToken\":\"" + TOKEN + "\"}");
        }
        CredentialsProvider fixed = new StaticProvider(new AwsCredentials("ASIABASE", SECRET, TOKEN));
        String credentials = "aws_access_key_id = ASIABASE\naws_secret_access_key = " + SECRET
                + "\naws_session_token = " + TOKEN + "\n";
        String sso = "sso_account_id = 1\nsso_role_name = r\n";
        Map<String, CredentialsProvider> all = new HashMap<>();
        all.put(
                "container with a token",
                new ContainerProvider(environment(
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                        "URL/x",
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                        "Bearer " + TOKEN)));
        all.put(
                "pod identity",
                new ContainerProvider(environment(
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                        "URL/x",
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                        token.toString())));
        all.put("instance", new InstanceProvider(environment("AWS_EC2_METADATA_SERVICE_ENDPOINT", "URL")));
        all.put(
                "web identity",
                WebIdentityProvider.ofEnvironment(
                        environment("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(), "AWS_ROLE_ARN", ARN)));
        all.put("role over static", assumed(fixed, environment()));
        all.put("role over a role", assumed(assumed(fixed, environment()), environment()));
        all.put(
                "role over environment",
                assumed(
                        new EnvironmentProvider(environment(
                                "AWS_ACCESS_KEY_ID",
                                "ASIAX",
                                "AWS_SECRET_ACCESS_KEY",
                                SECRET,
                                "AWS_SESSION_TOKEN",
                                TOKEN)),
                        environment()));
        all.put(
                "role of a profile",
                profile("r", "[profile r]\nrole_arn = " + ARN + "\nsource_profile = k\n[profile k]\n" + credentials));
        all.put(
                "web identity of a profile",
                profile("w", "[profile w]\nrole_arn = " + ARN + "\nweb_identity_token_file = " + token + "\n"));
        all.put("SSO", profile("o", "[profile o]\nsso_start_url = " + START_URL + "\nsso_region = us-east-1\n" + sso));
        all.put(
                "SSO session",
                profile(
                        "n",
                        "[profile n]\nsso_session = corp\n" + sso
                                + "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = " + START_URL + "\n"));
        return all;
    }

    private static Map<String, UnaryOperator<String>> bodies() {
        Map<String, UnaryOperator<String>> all = new HashMap<>();
        all.put("text", secret -> secret);
        all.put(
                "JSON",
                secret -> "{\"code\":\"X\",\"message\":\"" + secret + "\",\"Code\":\"X\",\"Message\":\"" + secret
                        + "\"}");
        all.put("half JSON", secret -> "{\"AccessKeyId\":\"" + secret + "\", " + secret);
        all.put("JSON of another kind", secret -> "[\"" + secret + "\"]");
        all.put(
                "credentials that are none",
                secret -> "{\"Code\":\"Success\",\"AccessKeyId\":\"a b\",\"SecretAccessKey\":\"" + secret
                        + "\",\"Token\":\"" + secret + " " + secret + "\",\"Expiration\":\"" + secret + "\"}");
        all.put(
                "XML",
                secret -> "<ErrorResponse><Error><Code>X</Code><Message>" + secret + "</Message></Error><RequestId>"
                        + secret + "</RequestId></ErrorResponse>");
        all.put("half XML", secret -> "<ErrorResponse><Error><Code>" + secret + "</Code><Message>" + secret);
        return all;
    }

    private static Map<String, UnaryOperator<String>> spellings() {
        return Map.of(
                "plain",
                text -> text,
                "percent",
                text -> URLEncoder.encode(text, UTF_8),
                "hex",
                text -> HexFormat.ofDelimiter(" ").formatHex(text.getBytes(UTF_8)),
                "base64",
                text -> Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    }

    private static void assertShowsNothing(String output, String what) {
        for (String secret : List.of(TOKEN, SECRET)) {
            for (UnaryOperator<String> spelling : spellings().values()) {
                String spelled = spelling.apply(secret);
                int length = spelled.length() / 5;
                assertFalse(
                        output.contains(spelled.substring(0, length)),
                        () -> what + ": beginning of a secret in " + output);
                assertFalse(
                        output.contains(spelled.substring(spelled.length() - length)),
                        () -> what + ": end of a secret in " + output);
            }
        }
    }

    /** Fetches, and returns the reason that was given. */
    private String fail(CredentialsProvider fetch, String what) {
        said.clear();
        RefreshingCredentials provider = new RefreshingCredentials("c", fetch, new ManualTime().immediate()).start();
        CredentialsStatus after = provider.status();
        assertEquals(1, after.fetches().failures(), what);
        String outputs = after + "\n" + provider.current() + "\n" + fetch + "\n" + String.join("\n", said);
        assertShowsNothing(outputs, what);
        provider.close();
        return after.fetches().lastError().orElseThrow();
    }

    @TestFactory
    Stream<DynamicTest> nothingThatRepeatsASecretShowsIt() throws Exception {
        return providers().entrySet().stream()
                .map(provider -> DynamicTest.dynamicTest(provider.getKey(), () -> {
                    shown.clear();
                    for (var form : bodies().entrySet()) {
                        for (var spelling : spellings().entrySet()) {
                            if (!spelling.getKey().equals("plain")
                                    && !form.getKey().matches("text|JSON|XML")) {
                                continue;
                            }
                            for (int answer : new int[] {200, 403}) {
                                status = answer;
                                body = secret -> form.getValue()
                                        .apply(spelling.getValue().apply(secret) + " and on");
                                fail(provider.getValue(), form.getKey() + " " + spelling.getKey() + " " + answer);
                            }
                        }
                    }
                    assertTrue(shown.size() >= bodies().size(), "the endpoint saw no secret to repeat");
                }));
    }

    @TestFactory
    Stream<DynamicTest> noCutShowsABeginning() throws Exception {
        return providers().entrySet().stream()
                .map(provider -> DynamicTest.dynamicTest(provider.getKey(), () -> {
                    status = 400;
                    String longest = "";
                    // Wherever the reason is cut, a secret lies across that place in one of these.
                    for (int pad = CUT - 400; pad < CUT + 10; pad += 29) {
                        String padding = "y".repeat(pad) + " ";
                        body = secret -> bodies().get("XML").apply(padding + secret);
                        if (provider.getKey().matches("container.*|pod.*|instance|SSO.*")) {
                            body = secret -> bodies().get("JSON").apply(padding + secret);
                        }
                        String reason = fail(provider.getValue(), "behind " + pad);
                        longest = reason.length() > longest.length() ? reason : longest;
                    }
                    assertTrue(longest.length() <= CUT, longest);
                }));
    }

    @Test
    void aSecretInAnExceptionIsFoundBeforeItIsCutAtAnyLength() {
        ManualTime time = new ManualTime();
        FakeProvider fetch = new FakeProvider(time) {
            @Override
            public Fetched fetch() throws Exception {
                super.fetch();
                return new Fetched(new AwsCredentials("ASIAX", SECRET, TOKEN), Optional.empty(), "fake");
            }
        };
        RefreshingCredentials provider = new RefreshingCredentials("c", fetch, time.immediate()).start();
        for (int pad = CUT - TOKEN.length() - 20; pad < CUT + 5; pad += 3) {
            for (String secret : List.of(TOKEN, SECRET)) {
                fetch.failure = new IllegalStateException("x".repeat(pad), new IOException("y " + secret));
                time.advance(Duration.ofMinutes(5));
                assertShowsNothing(provider.status().toString(), "behind " + pad);
                fetch.failure = new IllegalStateException("x".repeat(pad) + " " + secret);
                time.advance(Duration.ofMinutes(5));
                assertShowsNothing(provider.status().toString(), "behind " + pad);
            }
        }
        assertShowsNothing(said.stream().collect(Collectors.joining("\n")), "log");
        provider.close();
    }

    @TestFactory
    Stream<DynamicTest> aFileOrAProcessThatIsNotWhatItShouldBeIsNotQuoted() {
        List<String> texts = new ArrayList<>(List.of(
                TOKEN,
                "[default]\n" + SECRET,
                "[default]\n" + SECRET + "=",
                "[default]\n" + SECRET + " ! = x\n",
                "[default]\n= " + SECRET,
                "[" + SECRET,
                "[default]\naws_access_key_id = ASIAX\naws_secret_access_key = " + SECRET,
                "[default]\naws_access_key_id = A B\naws_secret_access_key = " + SECRET,
                "[default]\naws_secret_access_key = " + SECRET,
                "[default]\naws_access_key_id = A\naws_secret_access_key = " + SECRET + "\naws_session_token = a b "
                        + TOKEN));
        for (String script : List.of(
                "echo %s",
                "echo %s >&2; exit 1",
                "echo '{\"Version\":1,\"SecretAccessKey\":\"%s\"'",
                "echo '{\"Version\":\"%s\"}'",
                "echo '{\"Version\":1,\"AccessKeyId\":\"ASIAX\",\"SecretAccessKey\":\"%s\"}'",
                "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"%s\",\"Expiration\":\"%<s\"}'")) {
            texts.add("[default]\ncredential_process = " + script.formatted(TOKEN));
        }
        return texts.stream()
                .map(text -> DynamicTest.dynamicTest(text.replace('\n', ' '), () -> {
                    Path file = Files.writeString(home.resolve("shared"), text);
                    for (String variable : List.of("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")) {
                        fail(ProfileProvider.named("default", environment(variable, file.toString())), variable);
                    }
                }));
    }

    @Test
    void whatACheckPrintsOfStsHoldsNoSecret() {
        CredentialsConfig config = new CredentialsConfig(
                "c", new CredentialsConfig.Static(new AwsCredentials("ASIABASE", SECRET, TOKEN)), Optional.empty());
        status = 403;
        for (UnaryOperator<String> form : bodies().values()) {
            body = form;
            CallerIdentity check = new CallerIdentity(environment(), new ManualTime());
            Fetched fetched =
                    assertDoesNotThrow(() -> Providers.of(config, environment()).fetch());
            String outputs = fetched + "\n" + check.identify(config, fetched.credentials(), Optional.empty()) + config;
            assertShowsNothing(outputs, "check");
        }
    }
}
