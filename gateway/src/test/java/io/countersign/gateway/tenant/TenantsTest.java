package io.countersign.gateway.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokensFile;
import io.countersign.testing.Await;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose requests are whose, and what each tenant's may do, over real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantsTest {
    private static final String TENANTS = """
            access.allow = ["127.0.0.0/8"]
            tenants {
              payments { match.addresses = ["127.0.1.0/24"], routes = [metrics, logs], credentials = other
                         headers.set { X-Scope-OrgID = payments }
                         access { allow = ["127.0.1.0/25"], deny = ["127.0.1.9"] } }
              checkout { match.addresses = ["127.0.2.0/24"], routes = [metrics] }
              edge { match.listeners = ["127.0.0.2:0"], routes = [logs], headers.set { X-Team = edge } }
            }
            """;

    private static final String PAYMENTS = "127.0.1.1";
    private static final String CHECKOUT = "127.0.2.1";
    private static final String NOBODY = "127.0.9.1";

    private Site site;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = new Site(folder, TENANTS);
    }

    @AfterAll
    void end() {
        site.close();
    }

    @Test
    void aTenantsRequestsAreSignedWithItsCredentials() {
        assertEquals(200, site.send(PAYMENTS, "GET", "/metrics/x").status());
        assertTrue(site.last().fields().get("authorization").contains("AKIDOTHER/"), site.last()::toString);
        assertEquals(200, site.send(CHECKOUT, "GET", "/metrics/x").status());
        assertTrue(site.last().fields().get("authorization").contains("AKIDDEFAULT/"), site.last()::toString);
    }

    @Test
    void anothersRouteIsAsIfItWereNotThere() {
        assertEquals(200, site.send(PAYMENTS, "GET", "/logs/x").status());
        int before = site.seen.size();
        Answer read = site.send(CHECKOUT, "GET", "/logs/x");
        assertEquals(404, read.status());
        Answer write = site.send(CHECKOUT, "POST", "/logs/x");
        assertEquals(503, write.status());
        assertFalse(write.field("retry-after").isEmpty());
        assertEquals(before, site.seen.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Scope-OrgID", "x-scope-orgid", "X_Scope_OrgID", "X-SCOPE_ORGID"})
    void aTenantsFieldIsItsOwnHoweverAClientSpellsIt(String spelling) {
        site.send(PAYMENTS, "GET", "/metrics/x", spelling + ": checkout", "Connection: x-scope-orgid");
        List<String> names = site.last().fields().keySet().stream()
                .filter(name -> name.replace('_', '-').equals("x-scope-orgid"))
                .toList();
        assertEquals(List.of("x-scope-orgid"), names);
        assertEquals("payments", site.last().fields().get("x-scope-orgid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Scope-OrgID", "x_scope_orgid", "X-Team", "X_TEAM"})
    void anotherTenantsFieldIsNotForAClientToSend(String spelling) {
        assertEquals(
                200,
                site.send(CHECKOUT, "GET", "/metrics/x", spelling + ": payments")
                        .status());
        assertTrue(
                site.last().fields().keySet().stream()
                        .map(name -> name.replace('_', '-'))
                        .noneMatch(name -> name.equals("x-scope-orgid") || name.equals("x-team")),
                site.last()::toString);
    }

    @Test
    void whoFitsNoTenantIsRefusedLikeACallerOnNoList() {
        int before = site.seen.size();
        Answer read = site.send(NOBODY, "GET", "/metrics/x");
        assertEquals(403, read.status());
        assertTrue(read.body().contains("fits no tenant"), read::body);
        assertTrue(read.field("proxy-status").contains("error=http_request_denied"), read::toString);
        Answer write = site.send(NOBODY, "POST", "/metrics/x");
        assertEquals(503, write.status());
        assertFalse(write.field("retry-after").isEmpty());
        assertEquals(before, site.seen.size());
    }

    /** That it asks like a preflight makes nobody a tenant. */
    @Test
    void whatOnlyLooksLikeAPreflightGoesNowhere() {
        int before = site.seen.size();
        Answer answer = site.send(
                NOBODY,
                "OPTIONS",
                "/metrics/x",
                "Origin: http://127.0.0.1",
                "Access-Control-Request-Method: POST",
                "Sec-Fetch-Site: none");
        assertEquals(403, answer.status(), answer::toString);
        assertEquals(before, site.seen.size());
    }

    @Test
    void whoFitsTwoTenantsIsRefusedAndReadsWhich() {
        int before = site.seen.size();
        try (Client both = site.connect(CHECKOUT, "127.0.0.2")) {
            Answer read = both.send("GET", "/metrics/x", "");
            assertEquals(403, read.status());
            assertTrue(read.body().contains("(checkout, edge)"), read::body);
            assertEquals(503, both.send("POST", "/metrics/x", "x").status());
        }
        assertEquals(before, site.seen.size());
    }

    @Test
    void aListenerMakesATenantToo() {
        try (Client client = site.connect(NOBODY, "127.0.0.2")) {
            assertEquals(200, client.send("GET", "/logs/x", "").status());
            assertEquals("edge", site.last().fields().get("x-team"));
        }
    }

    @Test
    void aTenantsOwnRulesNarrowWhoMayCall() {
        assertEquals(403, site.send("127.0.1.9", "POST", "/metrics/x").status());
        Answer unlisted = site.send("127.0.1.200", "GET", "/metrics/x");
        assertEquals(403, unlisted.status());
        assertTrue(unlisted.body().contains("tenants.payments.access.allow"), unlisted::body);
        assertEquals(503, site.send("127.0.1.200", "POST", "/metrics/x").status());
    }

    @Test
    void aTokenMakesATenantUntilItIsRemoved(@TempDir Path folder) throws Exception {
        TokensFile tokens = new TokensFile(folder.resolve("tokens"));
        String secret = tokens.add(new Token("batch", Optional.empty(), Optional.empty()), new SecureRandom())
                .secret();
        String settings = """
                access.allow = ["127.0.0.0/8"], tokens-file = tokens
                tenants { batch { match.tokens = [batch], routes = [metrics], headers.set { X-Team = batch } } }
                """;
        try (Site own = new Site(folder, settings);
                Client client = own.connect(NOBODY)) {
            assertEquals(403, client.send("GET", "/metrics/x", "").status());
            String field = "Authorization: Bearer " + secret;
            assertEquals(200, client.send("GET", "/metrics/x", "", field).status());
            assertEquals("batch", own.last().fields().get("x-team"));
            assertFalse(own.last().fields().toString().contains(secret));
            tokens.remove("batch");
            own.change(settings);
            Await.until(
                    "the token counts no more",
                    () -> client.send("GET", "/metrics/x", "", field).status() == 401);
        }
    }

    @Test
    void aReloadMovesACallerToAnotherTenantOnItsOpenConnection(@TempDir Path folder) throws Exception {
        try (Site own = new Site(folder, TENANTS);
                Client client = own.connect(CHECKOUT)) {
            assertEquals(404, client.send("GET", "/logs/x", "").status());
            own.change(TENANTS.replace("routes = [metrics] }", "routes = [metrics, logs] }"));
            Await.until(
                    "the route is the tenant's",
                    () -> client.send("GET", "/logs/x", "").status() == 200);
        }
    }
}
