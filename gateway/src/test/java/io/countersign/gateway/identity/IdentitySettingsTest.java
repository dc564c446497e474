package io.countersign.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.identity.kubernetes.KubernetesConfig;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitySettingsTest {
    private static final String REST = """
            countersign {
              routes { m { upstream = "https://a.execute-api.us-east-1.amazonaws.com" } }
              credentials { default { access-key-id = AKIDIDENTITY, secret-access-key = secret } }
              access { allow = ["10.0.0.0/8"] }
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void writeTokens() throws IOException {
        Files.writeString(folder.resolve("tokens"), "payments sha256:" + "0".repeat(64) + "\n");
        Files.setPosixFilePermissions(folder.resolve("tokens"), PosixFilePermissions.fromString("rw-------"));
    }

    private LoadResult load(String settings) {
        return HoconSource.text(REST + settings + "\n}", folder, Map.of()).load();
    }

    private LoadResult.Loaded loaded(String settings) {
        LoadResult result = load(settings);
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
    }

    private List<String> faults(String settings) {
        LoadResult result = load(settings);
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString).faults().stream()
                .map(ConfigFault::toString)
                .toList();
    }

    private void refuses(String settings, String what) {
        List<String> faults = faults(settings);
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains(what), faults.get(0));
    }

    private static IdentityConfig identity(LoadResult.Loaded loaded) {
        return GatewayConfig.of(loaded.config()).identity();
    }

    @Test
    void readsTheTokensFileAndWatchesIt() {
        LoadResult.Loaded loaded = loaded("tokens-file = tokens");
        assertEquals(
                List.of("payments"),
                identity(loaded).tokens().tokens().stream().map(Token::name).toList());
        assertTrue(loaded.files().contains(folder.resolve("tokens")), loaded.files()::toString);
        assertEquals(List.of(), loaded.warnings());
        assertEquals(List.of(), identity(loaded("")).tokens().tokens());
    }

    @Test
    void namesFileAndLineOfEachFault() throws IOException {
        Files.writeString(folder.resolve("tokens"), "# x\nPayments sha256:" + "0".repeat(64) + "\n\ncsgn_secret\n");
        List<String> faults = faults("tokens-file = tokens");
        assertEquals(2, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith(folder.resolve("tokens") + ":2: "), faults.get(0));
        assertTrue(faults.get(1).startsWith(folder.resolve("tokens") + ":4: "), faults.get(1));
        assertFalse(faults.toString().contains("secret"), faults.toString());
        refuses("tokens-file = none", "there is no file " + folder.resolve("none"));
    }

    @Test
    void warnsOfATokensFileThatOthersCanRead() throws IOException {
        Files.setPosixFilePermissions(folder.resolve("tokens"), PosixFilePermissions.fromString("rw-rw-r--"));
        List<ConfigFault> warnings = loaded("tokens-file = tokens").warnings();
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).toString().contains("(tokens-file)"), warnings::toString);
        assertTrue(warnings.get(0).what().startsWith("others can write to "), warnings::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens-file = tokens", "identity.kubernetes.issuer = \"https://issuer\""})
    void takesNoTokensWhereOthersCouldReadThem(String taken) {
        String open = "\nlisteners = [{ bind = \"127.0.0.1:0\" }, { bind = \"10.0.0.1:8005\"";
        List<String> faults = faults(taken + open + " }]");
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("(listeners[1].bind)"), faults.get(0));
        assertTrue(faults.get(0).contains("tokens-in-clear = true"), faults.get(0));
        assertEquals(1, faults(taken + open + ", tokens-in-clear = false }]").size());
        loaded(taken + open + ", tokens-in-clear = true }]");
        loaded("listeners = [{ bind = \"10.0.0.1:8005\" }]");
        loaded(taken
                + "\nlisteners = [{ bind = \"[::1]:0\" }, { bind = \"unix:/tmp/s\" }, { bind = \"localhost:0\" }]");
        assertTrue(faults(taken + open + ", tokens-in-clear = maybe }]").get(0).contains("tokens-in-clear"));
    }

    @Test
    void readsWhichIssuer() throws IOException {
        Files.writeString(folder.resolve("token"), "t");
        KubernetesConfig config = identity(loaded("""
                identity.kubernetes { issuer = "https://oidc.eks.us-east-1.amazonaws.com/id/ABC" }""")).kubernetes().orElseThrow();
        assertEquals(
                "https://oidc.eks.us-east-1.amazonaws.com/id/ABC",
                config.issuer().toString());
        assertEquals("countersign", config.audience());
        assertEquals(Duration.ofMinutes(5), config.refresh());
        assertEquals(Duration.ofHours(24), config.maxStale());
        KubernetesConfig own = identity(loaded("""
                identity.kubernetes { issuer = "http://127.0.0.1:1", audience = x, token-file = token, refresh = 1 h }""")).kubernetes().orElseThrow();
        assertEquals(folder.resolve("token"), own.tokenFile().orElseThrow());
        assertTrue(identity(loaded("")).kubernetes().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "audience = a | (identity.kubernetes.issuer): is missing",
                "issuer = \"http://issuer\" | is not the URL of an issuer",
                "issuer = \"https://issuer?a\" | is not the URL of an issuer",
                "issuer = \"https://u:secret@issuer\" | is not the URL of an issuer",
                "issuer = issuer | is not the URL of an issuer",
                "issuer = \"https://issuer\", audience = \"\" | (identity.kubernetes.audience): is empty",
                "issuer = \"https://issuer\", ca = tokens | is not a PEM file of certificates",
                "issuer = \"https://issuer\", ca = none | there is no file",
                "issuer = \"http://127.0.0.1:1\", token-file = none | there is no file",
                "issuer = \"https://issuer\", token-file = tokens | needs ca",
                "issuer = \"https://issuer\", refresh = 1 s | (identity.kubernetes.refresh)",
                "issuer = \"https://issuer\", refresh = 1 h, max-stale = 1 m | is shorter than refresh",
                "issuer = \"https://issuer\", audiences = [a] | did you mean \"audience\"?"
            })
    void saysWhatIsWrong(String settings, String what) {
        List<String> faults = faults("identity.kubernetes { " + settings + " }");
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains(what), faults.get(0));
        assertFalse(faults.get(0).contains("u:secret"), faults.get(0));
    }

    @Test
    void theExampleOfTheManualLoads() throws IOException {
        String manual = Files.readString(Path.of("../docs/TENANTS.md"));
        String example = manual.substring(manual.indexOf("### Kubernetes"));
        example = example.substring(example.indexOf("```hocon\n") + 9);
        LoadResult result = HoconSource.text(example.substring(0, example.indexOf("```")), folder, Map.of())
                .load();
        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
        assertTrue(identity(loaded).kubernetes().isPresent());
    }

    @Test
    void knowsNoOtherIdentity() {
        refuses("identity.kubernets.issuer = \"https://issuer\"", "did you mean \"kubernetes\"?");
    }
}
