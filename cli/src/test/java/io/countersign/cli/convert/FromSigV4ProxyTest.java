package io.countersign.cli.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.upstream.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FromSigV4ProxyTest {
    private static final Machine MACHINE = new Machine("pod-1", List.of("10.0.0.7", "2001:db8::7"), false);

    private static Conversion convert(String... flags) {
        return convert(Map.of(), flags);
    }

    private static Conversion convert(Map<String, String> environment, String... flags) {
        SigV4ProxyOptions parsed = new SigV4ProxyOptions();
        new CommandLine(parsed).parseArgs(flags);
        return FromSigV4Proxy.of(parsed, MACHINE, environment);
    }

    /** What the text says, read with every unknown setting refused. */
    private static ProxyConfig load(Conversion conversion) {
        LoadResult result = HoconSource.text(conversion.text(), Path.of("").toAbsolutePath(), conversion.variables())
                .strict()
                .load();
        return assertInstanceOf(LoadResult.Loaded.class, result, () -> result + "\n" + conversion.text())
                .config();
    }

    private static RouteConfig route(String... flags) {
        return load(convert(flags)).routes().get(0);
    }

    private static boolean differs(Conversion conversion, String about) {
        return conversion.differences().stream()
                .anyMatch(difference -> difference.about().contains(about));
    }

    @Test
    void withoutFlagsItSendsWhereHostSays() {
        ProxyConfig config = load(convert());
        assertTrue(config.routes().get(0).sending().byHost().isPresent());
        assertEquals("0.0.0.0:8080", config.listeners().get(0).bind().toString());
        assertTrue(config.access().allowedHosts().contains("anything.monitoring.svc"));
        assertFalse(config.access().allowedHosts().contains("evil.example"));
        assertEquals(
                Duration.ofSeconds(40),
                config.routes().get(0).delivery().timeouts().connection().poolIdle());
    }

    @Test
    void onlyThisMachineAndWhomAFlagAdmitsMayCall() {
        String text = convert("--allow", "10.9.0.0/16").text();
        assertTrue(
                text.contains(
                        "allow = [\"127.0.0.0/8\", \"::1/128\", \"10.0.0.7/32\", \"2001:db8::7/128\", \"10.9.0.0/16\"]"),
                text);
        assertTrue(differs(convert(), "--port"));
        assertFalse(differs(convert("--port", "127.0.0.1:8080"), "--port"));
    }

    @Test
    void hostNameAndRegion() {
        RouteConfig route = route("--host", "Search.example:8443", "--name", "es", "--region", "eu-west-1");
        assertEquals("search.example:8443", route.upstream().authority());
        assertEquals("es", route.signing().orElseThrow().service());
        assertEquals("eu-west-1", route.signing().orElseThrow().region());
    }

    @Test
    void signHostIsSentAndSigned() {
        RouteConfig route = route(
                "--host",
                "10.0.0.9:443",
                "--sign-host",
                "x.eu-west-1.es.amazonaws.com",
                "--name",
                "es",
                "--region",
                "eu-west-1");
        assertEquals("x.eu-west-1.es.amazonaws.com", route.upstream().authority());
        assertEquals("10.0.0.9", route.upstream().address().host());
    }

    @Test
    void certificatesAreVerifiedButOnLoopbackOrWherePinned() {
        String[] search = {"--name", "es", "--region", "eu-west-1", "--no-verify-ssl", "--host"};
        Conversion elsewhere = convert(with(search, "h.example:4443"));
        assertEquals(
                Transport.Kind.TLS,
                load(elsewhere).routes().get(0).upstream().transport().kind());
        assertTrue(differs(elsewhere, "--no-verify-ssl"));
        Conversion here = convert(with(search, "localhost:4443"));
        assertEquals(
                Transport.Kind.TLS_UNVERIFIED,
                load(here).routes().get(0).upstream().transport().kind());
        assertFalse(differs(here, "--no-verify-ssl"));
        Conversion pinned = convert(with(search, "h.example", "--tls-pin", "ab".repeat(32)));
        assertEquals(
                Set.of("ab".repeat(32)),
                load(pinned).routes().get(0).upstream().transport().pins());
        assertFalse(differs(pinned, "--no-verify-ssl"));
    }

    /** Which is what --connect is for; a tunnel ends on this machine, and what is at its other end need not. */
    @Test
    void theServerAtTheOtherEndOfATunnelIsVerified() {
        String[] tunnel = {"--name", "es", "--region", "eu-west-1", "--no-verify-ssl", "--connect", "127.0.0.1:4443"};
        for (Conversion conversion :
                List.of(convert(with(tunnel, "--host", "x.eu-west-1.es.amazonaws.com")), convert(tunnel))) {
            assertEquals(
                    Transport.Kind.TLS,
                    load(conversion).routes().get(0).upstream().transport().kind());
            assertTrue(differs(conversion, "--no-verify-ssl"));
        }
    }

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5:8080, HTTP_PRIVATE",
        "api.internal, HTTP_PRIVATE",
        "127.0.0.1:9000, HTTP",
        "localhost:9000, HTTP"
    })
    void httpGoesToPrivateAddresses(String host, Transport.Kind kind) {
        RouteConfig route = route(
                "--upstream-url-scheme", "http", "--host", host, "--name", "execute-api", "--region", "us-east-1");
        assertEquals(kind, route.upstream().transport().kind());
    }

    @Test
    void httpWithoutAHostIsHttpsAllTheSame() {
        Conversion conversion = convert("--upstream-url-scheme", "http");
        assertTrue(load(conversion).routes().get(0).upstream().tls());
        assertTrue(differs(conversion, "--upstream-url-scheme"));
    }

    @Test
    void headersAreStrippedSetAndDuplicated() {
        Conversion conversion = convert(
                "-s",
                "Authorization",
                "--strip=X-A",
                "-sX-B",
                "--duplicate-headers",
                "Cookie",
                "--duplicate-headers",
                "X-A",
                "--custom-headers",
                "X-C=1, X-D=a=b,nonsense,Host=x,x-c=2,X-Api-Key=s3cr3t,X_Api_Key=another");
        RouteConfig.HeaderRules rules =
                load(conversion).routes().get(0).rewrite().headers();
        assertEquals(Set.of("x-a", "x-b"), rules.remove());
        assertEquals(List.of(new RouteConfig.Duplicate("cookie", "X-Original-Cookie")), rules.duplicate());
        assertEquals(
                Map.of("X-C", "1", "X-D", "a=b", "X-Api-Key", "s3cr3t", "X_Api_Key", "another"),
                rules.set().stream()
                        .collect(Collectors.toMap(RouteConfig.SetHeader::name, RouteConfig.SetHeader::value)));
        assertFalse(conversion.text().contains("s3cr3t"), conversion.text());
    }

    @Test
    void namesTheSessionOfAConfigurationThatRunsElsewhereByItsHost() {
        SigV4ProxyOptions parsed = new SigV4ProxyOptions();
        new CommandLine(parsed)
                .parseArgs("--role-arn", "arn:aws:iam::123456789012:role/writer", "--region", "eu-west-1");
        String text = FromSigV4Proxy.of(parsed, Machine.ELSEWHERE, Map.of()).text();
        assertTrue(text.contains("session-name = \"auto\""), text);
    }

    @Test
    void theRoleIsAssumedUnderTheNameThatTrailsKnow() {
        String[] flags = {"--role-arn", "arn:aws:iam::123456789012:role/writer", "--region", "eu-west-1"};
        CredentialsConfig.AssumeRole role = role(convert(flags));
        assertEquals("arn:aws:iam::123456789012:role/writer", role.roleArn());
        assertEquals("aws-sigv4-proxy-pod-1", role.sessionName());
        assertEquals(
                "ci",
                role(convert(Map.of("AWS_ROLE_SESSION_NAME", "ci"), flags)).sessionName());
    }

    private static CredentialsConfig.AssumeRole role(Conversion conversion) {
        return load(conversion).credentials().get("default").assumeRole().orElseThrow();
    }

    @Test
    void bodiesAreUnsignedWhereTheServiceTakesThat() {
        assertEquals(
                PayloadMode.UNSIGNED,
                route("--unsigned-payload", "--host", "b.s3.amazonaws.com")
                        .signing()
                        .orElseThrow()
                        .payload());
        Conversion api = convert("--unsigned-payload", "--host", "a.execute-api.us-east-1.amazonaws.com");
        assertEquals(
                PayloadMode.SIGNED,
                load(api).routes().get(0).signing().orElseThrow().payload());
        assertTrue(differs(api, "--unsigned-payload"));
        Conversion http = convert(
                "--unsigned-payload",
                "--host",
                "localhost:1",
                "--upstream-url-scheme",
                "http",
                "--name",
                "s3",
                "--region",
                "us-east-1");
        assertEquals(
                PayloadMode.SIGNED,
                load(http).routes().get(0).signing().orElseThrow().payload());
        assertTrue(differs(http, "--unsigned-payload"));
    }

    @Test
    void verboseImpliesTheOtherLogs() {
        ProxyConfig config = load(convert("-v", "--log-signing-process"));
        assertEquals(2000, config.routes().get(0).delivery().logFailed());
        assertTrue(differs(convert("-v", "--log-signing-process"), "--log-signing-process"));
        assertEquals(2000, route("--log-failed-requests").delivery().logFailed());
        assertEquals(200, route().delivery().logFailed());
    }

    @ParameterizedTest
    @CsvSource({"1m30s, 90000", "500ms, 500", "1.5s, 1500", "0, 3600000", "2h, 3600000", "1ns, 10"})
    void idleTimeAsGoWritesIt(String written, long millis) {
        assertEquals(
                Duration.ofMillis(millis),
                route("--transport.idle-conn-timeout", written)
                        .delivery()
                        .timeouts()
                        .connection()
                        .poolIdle());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port 8080",
                "--port :http",
                "--sign-host a.example",
                "--upstream-url-scheme ftp",
                "--transport.idle-conn-timeout 40",
                "--host a.b/c",
                "--host user@a.b"
            })
    void whatCannotBeReadIsRefusedWithAWord(String line) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> convert(line.split(" ")));
        assertTrue(Optional.ofNullable(refused.getMessage()).orElse("").length() > 10);
    }

    @Test
    void thisMachineHasANameAndNoLoopbackAmongItsAddresses() {
        Machine here = Machine.here();
        assertFalse(here.hostName().isBlank());
        assertTrue(here.addresses().stream().noneMatch(each -> each.startsWith("127.") || each.equals("::1")));
    }
}
