package io.countersign.gateway.console.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.CallsConfig;
import io.countersign.gateway.calls.log.CallsBounds;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokensFile;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleReaderTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeToken() throws IOException, TokensFile.Refused {
        add("tokens", new Token("ada", Optional.of(Role.ADMIN), Optional.empty()));
    }

    private void add(String file, Token token) throws IOException, TokensFile.Refused {
        new TokensFile(folder.resolve(file)).add(token, new SecureRandom());
    }

    private LoadResult load(String settings) {
        String text =
                "countersign { routes { a { upstream = \"http://127.0.0.1:9\", auth = none } }\n" + settings + "\n}";
        return HoconSource.text(text, folder, Map.of()).load();
    }

    private LoadResult.Loaded loaded(String settings) {
        return assertInstanceOf(
                LoadResult.Loaded.class, load(settings), () -> load(settings).toString());
    }

    private Optional<ConsoleConfig> console(String settings) {
        return loaded(settings)
                .config()
                .extension(GatewayConfig.class)
                .orElseThrow()
                .console();
    }

    private CallsConfig calls(String settings) {
        return GatewayConfig.of(loaded(settings).config()).calls();
    }

    private String faults(String settings) {
        LoadResult.Faulty faulty = assertInstanceOf(LoadResult.Faulty.class, load(settings));
        return faulty.faults().stream().map(ConfigFault::toString).collect(Collectors.joining("\n"));
    }

    private String warnings(String settings) {
        return loaded(settings).warnings().stream().map(ConfigFault::toString).collect(Collectors.joining("\n"));
    }

    @Test
    void thereIsNoConsoleUnlessItIsAskedFor() {
        assertEquals(Optional.empty(), console(""));
        assertEquals(Optional.empty(), console("calls.keep = 10"));
    }

    @Test
    void readsIt() {
        ConsoleConfig console = console(
                        "console { bind = \"127.0.0.1:8007\", tokens-file = tokens, allowed-hosts = [A.example] }")
                .orElseThrow();
        assertEquals("127.0.0.1:8007", console.port().bind().toString());
        assertEquals(1, console.visitors().tokens().tokens().size());
        assertEquals(Set.of("a.example"), console.visitors().allowedHosts());
        assertEquals(5, calls("calls.keep = 5").keep());
        assertEquals(new CallsConfig(1000, Optional.of(new CallsBounds(Duration.ofDays(7), 1L << 30))), calls(""));
        assertEquals(
                new CallsConfig(1000, Optional.of(new CallsBounds(Duration.ofHours(1), 1L << 20))),
                calls("calls { max-age = 1 hour, max-size = 1 MiB }"));
        assertEquals(new CallsConfig(1000, Optional.empty()), calls("calls.max-size = 0"));
    }

    @Test
    void takesTheTokensOfCallersWhereItHasNoneOfItsOwn() throws IOException, TokensFile.Refused {
        add("callers", new Token("app", Optional.empty(), Optional.empty()));
        add("callers", new Token("viola", Optional.of(Role.VIEWER), Optional.empty()));
        assertEquals(
                2,
                console("console.bind = \"127.0.0.1:8007\", tokens-file = callers")
                        .orElseThrow()
                        .visitors()
                        .tokens()
                        .tokens()
                        .size());
    }

    @Test
    void nothingChangesWhileNothingChanges() {
        String settings = "console { bind = \"127.0.0.1:8007\", tokens-file = tokens }";
        assertEquals(console(settings), console(settings));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "console.tokens-file = tokens|(console.bind): is missing; write an address and a port",
                "console.bind = \"127.0.0.1:8007\"|(console.tokens-file): is missing, so nobody could use the console",
                "console { bind = \"0.0.0.0:8007\", tokens-file = tokens }|0.0.0.0:8007 can be reached from other machines",
                "console { bind = \"192.0.2.1:8007\", tokens-file = tokens }|write console.tls { certificate, key }",
                "console { bind = \"example:8007\", tokens-file = tokens }|is a name",
                "console { bind = \"127.0.0.1:8007\", tokens-file = none }|none",
                "console { bind = \"127.0.0.1:8007\", tokens-file = tokens, tls {} }|(console.tls.certificate): is missing",
                "console { bind = \"127.0.0.1:8007\", tokens-file = tokens, mode = 0600 }|is a setting of Unix sockets",
                "console { bind = \"127.0.0.1:8007\", tokens-file = tokens, tokens = x }|(console.tokens): unknown setting",
                "calls.keep = 0|is not a whole number from 1 to 10000",
                "calls.keep = 10001|is not a whole number from 1 to 10000",
                "calls.max-age = 59 minutes|calls.max-age",
                "calls.max-size = 1 KiB|is less than 1 MiB, which holds nothing; write 0 to keep no calls on the disk"
            })
    void refuses(String settings, String fault) {
        assertTrue(faults(settings).contains(fault), () -> faults(settings));
    }

    @Test
    void takesAUnixSocketWithoutTls() {
        String socket = "bind = \"unix:" + folder + "/c.sock\", tokens-file = tokens";
        assertEquals(
                "unix:" + folder + "/c.sock",
                console("console { " + socket + ", mode = 0600 }")
                        .orElseThrow()
                        .port()
                        .bind()
                        .toString());
        assertTrue(faults("console { " + socket + ", tls { certificate = a, key = b } }")
                .contains("(console.tls): is for TCP"));
    }

    @Test
    void takesOtherAddressesWithTls() throws Exception {
        X509Bundle made = new CertificateBuilder()
                .subject("CN=console")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("c.pem"), made.getCertificatePEM());
        Files.writeString(folder.resolve("c.key"), made.getPrivateKeyPEM());
        assertTrue(console(
                        "console { bind = \"0.0.0.0:8007\", tokens-file = tokens, tls { certificate = c.pem, key = c.key } }")
                .orElseThrow()
                .port()
                .tls()
                .isPresent());
    }

    @Test
    void warnsWhereNobodyCouldUseIt() throws IOException, TokensFile.Refused {
        add("others", new Token("app", Optional.empty(), Optional.empty()));
        add("others", new Token("old", Optional.of(Role.ADMIN), Optional.of(Instant.EPOCH)));
        String settings = "console { bind = \"127.0.0.1:8007\", tokens-file = others }";
        assertTrue(
                warnings(settings).contains("holds no token with a role that is in force"), () -> warnings(settings));
        assertNoneOfTheConsole(warnings("console { bind = \"127.0.0.1:8007\", tokens-file = tokens }"));
        assertNoneOfTheConsole(warnings("console { bind = \"127.0.0.1:8007\", token-for-this-run = true }"));
    }

    private static void assertNoneOfTheConsole(String warnings) {
        assertTrue(!warnings.contains("console"), warnings);
    }

    @Test
    void aTokenForThisRunSuffices() {
        assertTrue(console("console { bind = \"127.0.0.1:8007\", token-for-this-run = true }")
                .orElseThrow()
                .visitors()
                .tokenForThisRun());
    }

    @Test
    void showsEachSettingAsItActsWithItsOrigin() {
        List<ShownSetting> shown = console("console { bind = \"127.0.0.1:8007\", tokens-file = tokens }\n"
                        + "limits.in-flight = 7, listeners = [{ bind = \"127.0.0.1:1\" }]")
                .orElseThrow()
                .settings()
                .settings();
        Map<String, String> byPath = shown.stream()
                .collect(Collectors.toMap(ShownSetting::path, each -> each.value() + " " + each.origin()));
        assertEquals("none text:1", byPath.get("routes.a.auth"));
        assertEquals("true default", byPath.get("routes.a.sign-token"));
        assertEquals("live default", byPath.get("routes.a.state"));
        assertEquals("7 text:3", byPath.get("limits.in-flight"));
        assertTrue(byPath.get("limits.connections").matches("\\d+ derived"), byPath.get("limits.connections"));
        assertEquals("10 s default", byPath.get("listeners[0].head-timeout"));
        assertEquals("1000 default", byPath.get("calls.keep"));
        assertEquals(null, byPath.get("console.tls.client-auth"));
    }

    @Test
    void theHashTellsOneConfigurationFromAnotherWhereverItIsWritten() {
        String console = "console { bind = \"127.0.0.1:8007\", tokens-file = tokens }";
        String hash = console(console).orElseThrow().settings().hash();
        assertEquals(hash, console("\n\n" + console).orElseThrow().settings().hash());
        assertTrue(!hash.equals(
                console(console + ", log.level = warn").orElseThrow().settings().hash()));
    }
}
