package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.egress.EgressProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code routes.NAME.proxy}, and the environment that it goes by. */
class EgressSettingsTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("HTTPS_PROXY", "http://user:passw0rd@proxy.example:3128");

    private static Optional<String> proxy(String settings, Map<String, String> environment) {
        return Load.good("routes.m { " + settings + " }", environment)
                .routes()
                .get(0)
                .upstream()
                .proxy()
                .map(EgressProxy::toString);
    }

    @Test
    void theEnvironmentIsTheDefault() {
        assertEquals(Optional.of("http://proxy.example:3128 (HTTPS_PROXY)"), proxy("", ENVIRONMENT));
        assertEquals(Optional.of("http://proxy.example:3128 (HTTPS_PROXY)"), proxy("proxy = environment", ENVIRONMENT));
        assertEquals(Optional.empty(), proxy("proxy = none", ENVIRONMENT));
        assertEquals(Optional.empty(), proxy("", Map.of()));
        assertEquals(
                Optional.of("https://other.example:443 (routes.m.proxy)"),
                proxy("proxy = \"https://other.example\"", ENVIRONMENT));
    }

    @Test
    void theSettingCanComeFromAVariable() {
        assertEquals(
                Optional.of("http://own:1 (routes.m.proxy)"),
                proxy("", Map.of("COUNTERSIGN_ROUTES_M_PROXY", "http://own:1")));
    }

    @Test
    void theUrlCanComeFromAFile(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("proxy-url"), "http://user:passw0rd@own:1\n");
        LoadResult result = HoconSource.text(Load.with("routes.m.proxy = \"file:proxy-url\""), folder, Map.of())
                .load();
        LoadResult.Loaded loaded = (LoadResult.Loaded) result;
        assertTrue(loaded.config().routes().get(0).upstream().proxy().isPresent());
        assertTrue(loaded.files().contains(folder.resolve("proxy-url")), loaded.files()::toString);
        assertFalse(loaded.config().toString().contains("passw0rd"));
    }

    /** Where the connection goes decides, not the name that it is for. */
    @Test
    void upstreamConnectIsWhatTheProxyIsAskedFor() {
        String tunnel = "upstream { url = \"" + Load.GATEWAY + "\", connect = \"HOST:443\" }";
        assertTrue(proxy(tunnel.replace("HOST", "vpce.example"), ENVIRONMENT).isPresent());
        assertEquals(Optional.empty(), proxy(tunnel.replace("HOST", "localhost"), ENVIRONMENT));
        assertEquals(
                Optional.empty(),
                proxy(
                        tunnel.replace("HOST", "vpce.example"),
                        Map.of("HTTPS_PROXY", "http://proxy.example", "NO_PROXY", "vpce.example")));
    }

    @Test
    void plainHttpGoesDirectly() {
        String http =
                "upstream { url = \"http://10.0.0.1:9000\", plain-http = true }, service = s3, region = eu-west-1";
        assertEquals(Optional.empty(), proxy(http, ENVIRONMENT));
    }

    @Test
    void aProxyThatIsNeverUsedIsAFault() {
        faulty(
                "routes.m { upstream = \"http://localhost:1\", service = s3, region = eu-west-1, proxy = \"http://p:1\" }",
                "(routes.m.proxy)",
                "the upstream is http");
        faulty(
                "routes.m { upstream { url = \"" + Load.GATEWAY
                        + "\", connect = \"localhost:1\" }, proxy = \"http://p:1\" }",
                "(routes.m.proxy)",
                "localhost is this machine");
    }

    @Test
    void aUrlThatCannotBeUsedIsAFaultWithoutItsPassword() {
        for (String url :
                List.of("http://u:passw0rd @p:1", "socks5://u:passw0rd@p", "u:passw0rd@p:3128", "Environment")) {
            faulty("routes.m.proxy = \"" + url + "\"", "(routes.m.proxy)", "or write environment, or none");
        }
    }

    @Test
    void anEnvironmentThatCannotBeUsedIsOneFaultForAllRoutes() {
        Map<String, String> socks = Map.of("HTTPS_PROXY", "socks5://u:passw0rd@p");
        String two = Load.with("routes.n { upstream = \"" + Load.GATEWAY + "\", match.path-prefix = \"/n\" }");
        List<String> faults = Load.faults(two, socks);
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith("environment: HTTPS_PROXY is not an http or https URL"), faults::toString);
        assertFalse(faults.get(0).contains("passw0rd"), faults::toString);
        assertEquals(Optional.empty(), proxy("proxy = none", socks));
    }

    @Test
    void entriesOfNoProxyWithoutEffectAreWarnedOfOnce() {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "10.*,example.com");
        String two = Load.with("routes.n { upstream = \"" + Load.GATEWAY + "\", match.path-prefix = \"/n\" }");
        List<String> warnings = Load.loaded(two, environment).warnings().stream()
                .map(Object::toString)
                .filter(each -> each.contains("NO_PROXY"))
                .toList();
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).contains("\"10.*\" has no effect"), warnings::toString);
    }

    private static void faulty(String settings, String... parts) {
        List<String> faults = Load.faults(Load.with(settings), Map.of());
        for (String part : parts) {
            assertTrue(faults.stream().anyMatch(each -> each.contains(part)), faults::toString);
        }
        assertFalse(faults.toString().contains("passw0rd"), faults::toString);
    }
}
