package io.countersign.gateway.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokensFile;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of tenants, and what is wrong with them. */
class TenantsReaderTest {
    private static final String GOOD = "match.addresses = [\"10.0.0.0/8\"], routes = [metrics]";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "routes = [metrics] | (tenants.aa.match): says nothing, so every request would be this tenant's",
                "routes = [metrics], match {} | (tenants.aa.match): says nothing",
                "routes = [metrics], match.addresses = [] | (tenants.aa.match.addresses): is empty, so it would be no condition",
                "match.addresses = [\"10.0.0.0/8\"] | (tenants.aa.routes): is empty",
                "GOOD, routes = [metric] | there is no route \"metric\"; did you mean \"metrics\"?",
                "GOOD, credentials = othr | there are no credentials \"othr\"; did you mean \"other\"?",
                "GOOD, match.listeners = [\"127.0.0.1:1\"] | \"127.0.0.1:1\" is not the bind of a listener",
                "GOOD, match.users = [root] | (tenants.aa.match.users): is about callers by a Unix socket",
                "GOOD, match.users = [nobody-of-that-name] | is not a user of this system",
                "GOOD, match.certificates = [x] | is not a pattern for certificates",
                "GOOD, match.service-accounts = [\"*/x\"] | is not a service account",
                "GOOD, match.addresses = [\"10.0.0.1/8\"] | has host bits set; write 10.0.0.0/8",
                "GOOD, match.token = [x] | unknown setting",
                "GOOD, mach {} | unknown setting",
                "GOOD, headers.set { Host = x } | (tenants.aa.headers.set.Host): is sent as the upstream's",
                "GOOD, headers.set { X-A = \"\" } | its value is empty",
                "GOOD, headers.set { Authorization = x } | is the signature's",
                "GOOD, headers.remove = [x] | unknown setting",
                "GOOD, rate = 200 | \"200\" is not a rate",
                "GOOD, burst = 5 | (tenants.aa.burst): is how far requests may run ahead of the rate, and there is none",
                "GOOD, in-flight = 0 | \"0\" is not a whole number from 1 to",
                "GOOD, buffered = 1 MiB | 1 MiB is less than a body may have on routes.metrics",
                "GOOD, bytes-per-day-mode = enforce | says what becomes of bytes-per-day, which is not set",
                "GOOD, bytes-per-day = 1 GiB, bytes-per-day-mode = deny | is not one of enforce, observe",
                "GOOD, access { allow = [x] } | (tenants.aa.access.allow)",
            })
    void saysWhatIsWrong(String tenant, String fault) {
        List<String> faults = faults("tenants { aa { " + tenant.replace("GOOD", GOOD) + " } }");
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains(fault), faults::toString);
    }

    @Test
    void namesAreForSessionsToo() {
        assertTrue(faults("tenants { \"a b\" { " + GOOD + " } }").get(0).contains("2 to 64 letters"));
        assertTrue(faults("tenants { a { " + GOOD + " } }").get(0).contains("2 to 64 letters"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "addresses = [\"10.0.0.0/8\"] | addresses = [\"10.1.0.0/16\"] | addresses of 10.1.0.0/16",
                "addresses = [\"10.0.0.0/8\"] | addresses = [\"10.1.0.0/16\"], listeners = [\"127.0.0.1:0\"] | addresses of 10.1.0.0/16",
                "service-accounts = [\"pay/*\"] | service-accounts = [\"pay/agent\"] | service accounts of pay/agent",
                "certificates = [\"spiffe://p/a/*\"] | certificates = [\"spiffe://p/a/b/*\"] | certificates of spiffe://p/a/b/*",
                "listeners = [\"127.0.0.1:0\"] | listeners = [\"127.0.0.1:0\", \"127.0.0.2:0\"] | the listener 127.0.0.1:0",
                "users = [root] | users = [\"0\"] | the user ",
            })
    void findsWhatFitsTwo(String one, String other, String common) {
        List<String> faults = faults(two(one, other));
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(
                faults.get(0).contains("(tenants.bb.match): overlaps that of tenants.aa: both have " + common),
                faults::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "addresses = [\"10.0.0.0/8\"] | addresses = [\"11.0.0.0/8\"]",
                "addresses = [\"10.0.0.0/8\"], listeners = [\"127.0.0.1:0\"] | addresses = [\"10.0.0.0/8\"], listeners = [\"127.0.0.2:0\"]",
                "users = [root] | addresses = [\"10.0.0.0/8\"]",
                "certificates = [\"CN=a\"] | certificates = [\"CN=b\"]",
                "service-accounts = [\"pay/*\"] | service-accounts = [\"payments/*\"]",
            })
    void leavesApartWhatIsApart(String one, String other) {
        assertEquals(
                List.of(),
                warnings(two(one, other)).stream()
                        .filter(each -> !each.contains("can fit nobody"))
                        .toList());
    }

    @Test
    void warnsOfWhatMayFitTwo() {
        List<String> warnings = warnings(two("addresses = [\"10.0.0.0/8\"]", "listeners = [\"127.0.0.1:0\"]"));
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).contains("so a request may fit both"), warnings::toString);
    }

    @Test
    void warnsOfACertificateThatMayHaveBothNames() {
        List<String> warnings = warnings(two("certificates = [\"CN=a\"]", "certificates = [\"DNS:a.internal\"]"));
        assertTrue(
                warnings.stream()
                        .anyMatch(each -> each.contains(
                                "both have certificates, and one may be for CN=a and DNS:a.internal at once")),
                warnings::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "users = [root] | match.users): can fit nobody: users come by a Unix socket alone, and 127.0.0.1:0, 127.0.0.2:0 are not",
                "certificates = [\"CN=a\"] | match.certificates): can fit nobody: certificates are asked for by tls.client-auth alone",
                "listeners = [\"127.0.0.1:0\"], users = [root] | and 127.0.0.1:0 is not such a listener"
            })
    void warnsOfWhatCanFitNobody(String match, String warning) {
        List<String> warnings = warnings("tenants { aa { match { " + match + " }, routes = [metrics] } }");
        assertTrue(warnings.stream().anyMatch(each -> each.contains(warning)), warnings::toString);
    }

    /** A fault would keep the removal of a token from taking effect. */
    @Test
    void aTokenThatIsNotThereIsAWarning() throws Exception {
        new TokensFile(folder.resolve("tokens"))
                .add(new Token("payments", Optional.empty(), Optional.empty()), new SecureRandom());
        List<String> warnings = warnings(
                "tokens-file = tokens, tenants { aa { match.tokens = [payment, payments], routes = [metrics] } }");
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(
                warnings.get(0)
                        .contains(
                                "there is no token \"payment\" of a caller in tokens-file, so nobody fits it; did you mean \"payments\"?"),
                warnings::toString);
    }

    @Test
    void serviceAccountsNeedAnIssuer() {
        List<String> faults = faults("tenants { aa { match.service-accounts = [\"a/b\"], routes = [metrics] } }");
        assertTrue(faults.get(0).contains("set identity.kubernetes.issuer"), faults::toString);
    }

    @Test
    void aRoleIsAssumedUnderTheTenantsName() {
        ProxyConfig config = loaded("""
                credentials {
                  role { role-arn = "arn:aws:iam::123456789012:role/x", session-name = countersign, source = default }
                }
                tenants { payments { match.addresses = ["10.0.0.0/8"], routes = [metrics], credentials = role } }
                """).config();
        TenantConfig tenant = config.extension(GatewayConfig.class)
                .orElseThrow()
                .tenants()
                .all()
                .get(0);
        CredentialsConfig own = config.credentials().get(tenant.credentials().orElseThrow());
        assertEquals("role@payments", own.name());
        assertEquals("payments", own.assumeRole().orElseThrow().sessionName());
        assertEquals(
                "countersign",
                config.credentials().get("role").assumeRole().orElseThrow().sessionName());
    }

    @Test
    void aFieldMayComeFromAFile() throws Exception {
        Files.writeString(folder.resolve("org"), "from-a-file\n");
        TenantConfig tenant = loaded(
                        "tenants { payments { " + GOOD + ", headers.set { X-Scope-OrgID = \"file:org\" } } }")
                .config()
                .extension(GatewayConfig.class)
                .orElseThrow()
                .tenants()
                .all()
                .get(0);
        assertEquals("from-a-file", tenant.headers().get(0).value());
    }

    private static String two(String one, String other) {
        return "identity.kubernetes.issuer = \"https://127.0.0.1:1\", tenants { aa { match { " + one
                + " }, routes = [metrics] }, bb { match { " + other + " }, routes = [metrics] } }";
    }

    /** Of the tenants alone. */
    private List<String> warnings(String settings) {
        return loaded(settings).warnings().stream()
                .map(Object::toString)
                .filter(warning -> warning.contains("tenants."))
                .toList();
    }

    private LoadResult.Loaded loaded(String settings) {
        LoadResult result = load(settings);
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
    }

    private List<String> faults(String settings) {
        LoadResult result = load(settings);
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString).faults().stream()
                .map(Object::toString)
                .toList();
    }

    private LoadResult load(String settings) {
        return HoconSource.text(Site.config("127.0.0.1:1", settings), folder, Map.of())
                .load();
    }
}
