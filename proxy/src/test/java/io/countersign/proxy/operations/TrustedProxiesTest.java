package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.listen.ProxyHeaders;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.WireTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that proxies pass on for others, over real sockets. */
@WireTest
class TrustedProxiesTest {
    private static final String PROXY = "127.0.0.9";
    private static final String TRUST = "countersign.access.trusted-proxies = [\"" + PROXY + "\", \"10.0.0.0/24\"]";

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
    }

    @AfterEach
    void stop() {
        clients.forEach(RawClient::close);
        upstream.close();
    }

    /** Allows 10.1.0.0/16 and 127.0.0.1 and denies 10.1.0.13, so the proxy itself is on no list. */
    private Site open(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add(TRUST);
        Site.write(folder, Site.CONF, Site.conf(upstream.url(), all.toArray(String[]::new)));
        Site.write(folder, "allow.list", "10.1.0.0/16\n127.0.0.1\n");
        Site.write(folder, "deny.list", "10.1.0.13 # a test\n");
        return new Site(folder);
    }

    private RawClient from(Site site, String address) {
        RawClient client = site.connectFrom(address);
        clients.add(client);
        return client;
    }

    private static void reload(Site site, String list, String text) {
        site.write(list, text);
        site.server().reload();
        site.log.await("configuration taken");
    }

    @Test
    void judgesEachRequestByWhomItsFieldsName() {
        try (Site site = open()) {
            // One connection of the proxy for requests of several callers, as a pool uses it.
            RawClient proxy = from(site, PROXY);
            Response allowed = proxy.send(Requests.get("/a", "X-Forwarded-For: 10.9.9.9, 10.1.2.3"))
                    .read();
            assertEquals(200, allowed.status());
            Response denied = proxy.send(Requests.get("/b", "X-Forwarded-For: 10.1.2.3, 10.1.0.13"))
                    .read();
            ProblemAssert.problem(403, denied);
            assertEquals(
                    403,
                    proxy.send(Requests.get("/c", "Forwarded: for=10.2.0.1"))
                            .read()
                            .status());
            assertEquals(
                    200,
                    proxy.send(Requests.get("/d", "Forwarded: for=10.1.2.3, for=10.0.0.5"))
                            .read()
                            .status());
            assertEquals(
                    503,
                    proxy.send(Requests.post("/e", "x", "X-Forwarded-For: 10.2.0.1"))
                            .read()
                            .status());
            assertEquals(2, upstream.requests().size());
            assertEquals("10.9.9.9, 10.1.2.3", upstream.requests().get(0).head().value("x-forwarded-for"));

            String line = site.log.await("\"path\":\"/a\"");
            assertTrue(
                    line.contains("\"client\":\"10.1.2.3\",\"client_known_by\":\"forwarded\",\"peer\":\"127.0.0.9\""),
                    line);
            assertTrue(site.log.await("\"path\":\"/b\"").contains("\"client\":\"10.1.0.13\""));
            assertTrue(site.log.await("\"path\":\"/b\"").contains("\"rule_comment\":\"a test\""));
        }
    }

    @Test
    void believesNobodyElse() {
        try (Site site = open()) {
            RawClient other = from(site, "127.0.0.1");
            assertEquals(
                    200,
                    other.send(Requests.get("/a", "X-Forwarded-For: 10.1.0.13", "Forwarded: x"))
                            .read()
                            .status());
            assertTrue(site.log.await("\"path\":\"/a\"").contains("\"client\":\"127.0.0.1\",\"verdict\""));
            assertEquals("10.1.0.13", upstream.requests().get(0).head().value("x-forwarded-for"));
            RawClient unlisted = from(site, "127.0.0.2");
            assertEquals(
                    403,
                    unlisted.send(Requests.get("/b", "X-Forwarded-For: 10.1.2.3"))
                            .read()
                            .status());
            assertEquals(1, upstream.requests().size());
        }
    }

    @Test
    void aProxyThatNamesNobodyIsTheCallerItself() {
        try (Site site = open()) {
            assertEquals(403, from(site, PROXY).send(Requests.get("/")).read().status());
            reload(site, "allow.list", "10.1.0.0/16\n" + PROXY + "\n");
            assertEquals(200, from(site, PROXY).send(Requests.get("/")).read().status());
        }
    }

    @Test
    void refusesWhatDoesNotSayClearlyWhoCalls() {
        try (Site site = open()) {
            for (String field : List.of(
                    "X-Forwarded-For: unknown",
                    "X-Forwarded-For: ",
                    "X-Forwarded-For: fe80::1%eth0",
                    "Forwarded: for=_hidden",
                    "Forwarded: 10.1.2.3",
                    "X-Forwarded-For: 10.1.2.3\r\nForwarded: for=10.1.2.4")) {
                RawClient proxy = from(site, PROXY);
                ProblemAssert.problem(400, proxy.send(Requests.get("/r", field)).read())
                        .error("http_request_error");
                Response write = proxy.send(Requests.post("/w", "x", field)).read();
                assertEquals(503, write.status());
                assertTrue(write.head().has("retry-after"));
            }
            assertEquals(0, upstream.requests().size());
            assertTrue(site.log.await("\"path\":\"/r\"").contains("\"verdict\":\"denied\",\"rule\":\"default\""));
        }
    }

    @Test
    void saysWhatIsWrongWithAHeadThatCannotBeRead() {
        try (Site site = open()) {
            RawClient proxy = from(site, PROXY);
            ProblemAssert.problem(
                            400,
                            proxy.send("GET / HTTP/1.1\r\nHost : a\r\nX-Forwarded-For: 10.1.2.3\r\n\r\n")
                                    .read())
                    .closes();
        }
    }

    @Test
    void aDenyEntryKeepsTheProxyItselfOut() {
        try (Site site = open()) {
            RawClient before = from(site, PROXY);
            String good = Requests.get("/", "X-Forwarded-For: 10.1.2.3");
            assertEquals(200, before.send(good).read().status());
            reload(site, "deny.list", PROXY + "\n");
            assertEquals(403, before.send(good).read().status());
            ProblemAssert.problem(403, from(site, PROXY).send(good).read()).closes();
        }
    }

    @Test
    void auditDeniesNobodyAndShowsTheCaller() {
        try (Site site = open("countersign.access.mode = audit")) {
            RawClient proxy = from(site, PROXY);
            assertEquals(
                    200,
                    proxy.send(Requests.get("/a", "X-Forwarded-For: 10.1.0.13"))
                            .read()
                            .status());
            assertTrue(
                    site.log.await("\"path\":\"/a\"").contains("\"verdict\":\"would_deny\",\"rule\":\"deny.list:1\""));
        }
    }

    @Test
    void auditRefusesNobodyOverAFieldThatIsUnclear() {
        try (Site site = open("countersign.access.mode = audit")) {
            RawClient proxy = from(site, PROXY);
            assertEquals(
                    200,
                    proxy.send(Requests.get("/a", "X-Forwarded-For: unknown"))
                            .read()
                            .status());
            String line = site.log.await("\"path\":\"/a\"");
            assertTrue(line.contains("\"client\":\"" + PROXY + "\""), line);
            assertTrue(line.contains("\"verdict\":\"would_deny\",\"rule\":\"default\""), line);
        }
    }

    /** A proxy that was denied because it can no longer be trusted may still reach another one. */
    @Test
    void aDenyEntryActsOnAProxyThatIsNotThePeer() {
        try (Site site = open()) {
            RawClient proxy = from(site, PROXY);
            String passed = Requests.get("/", "X-Forwarded-For: 10.1.2.3, 10.0.0.7, 10.0.0.8");
            assertEquals(200, proxy.send(passed).read().status());
            reload(site, "deny.list", "10.0.0.7\n");
            assertEquals(403, proxy.send(passed).read().status());
            assertEquals(
                    200,
                    proxy.send(Requests.get("/", "X-Forwarded-For: 10.0.0.7, 10.1.2.3"))
                            .read()
                            .status());
        }
    }

    /** 127.0.0.1 is allowed; but what a proxy on another machine calls so is not on this one. */
    @Test
    void theLoopbackOfAnotherMachineIsNotOurs() {
        try (Site site = open()) {
            RawClient proxy = from(site, PROXY);
            assertEquals(
                    200,
                    proxy.send(Requests.get("/", "X-Forwarded-For: 127.0.0.1"))
                            .read()
                            .status());
            for (String field : List.of(
                    "X-Forwarded-For: 127.0.0.1, 10.0.0.7",
                    "X-Forwarded-For: ::ffff:127.0.0.1, 10.0.0.7",
                    "Forwarded: for=127.0.0.1, for=10.0.0.7")) {
                ProblemAssert.problem(400, proxy.send(Requests.get("/", field)).read())
                        .error("http_request_error");
            }
        }
    }

    @Test
    void auditKeepsTheEntryThatNamesTheProxyOverAFieldThatIsUnclear() {
        try (Site site = open("countersign.access.mode = audit", "countersign.access.deny = [\"" + PROXY + "\"]")) {
            assertEquals(
                    200,
                    from(site, PROXY)
                            .send(Requests.get("/a", "X-Forwarded-For: unknown"))
                            .read()
                            .status());
            assertTrue(site.log.await("\"path\":\"/a\"").contains("\"rule\":\"access.deny[0]\""));
        }
    }

    @Test
    void aChangeOfTheTrustedActsOnOpenConnections() {
        try (Site site = open()) {
            RawClient proxy = from(site, "127.0.0.1");
            String denied = Requests.get("/", "X-Forwarded-For: 10.1.0.13");
            assertEquals(200, proxy.send(denied).read().status());
            site.write(Site.CONF, Site.conf(upstream.url(), "countersign.access.trusted-proxies = [\"127.0.0.1\"]"));
            site.server().reload();
            site.log.await("configuration taken", "access.trusted-proxies changed");
            assertEquals(403, proxy.send(denied).read().status());
        }
    }

    /** Client, HAProxy with X-Forwarded-For, Network Load Balancer with the PROXY protocol. */
    @Test
    void aProxyBehindABalancerIsTrustedByTheAddressInItsHeader() {
        try (Site site = open("countersign.listeners = [ { bind = \"127.0.0.1:0\", proxy-protocol = required,"
                + " proxy-protocol-from = [\"127.0.0.8\"] } ]")) {
            RawClient balancer = from(site, "127.0.0.8").send(ProxyHeaders.of("10.0.0.5"));
            assertEquals(
                    200,
                    balancer.send(Requests.get("/a", "X-Forwarded-For: 10.1.2.3"))
                            .read()
                            .status());
            String line = site.log.await("\"path\":\"/a\"");
            assertTrue(
                    line.contains("\"client\":\"10.1.2.3\",\"client_known_by\":\"forwarded\",\"peer\":\"127.0.0.8\""),
                    line);
            RawClient direct = from(site, "127.0.0.8").send(ProxyHeaders.of("10.1.2.3"));
            assertEquals(
                    200,
                    direct.send(Requests.get("/b", "X-Forwarded-For: 10.1.0.13"))
                            .read()
                            .status());
            // The balancer itself is denied while its connections are open.
            reload(site, "deny.list", "127.0.0.8\n");
            assertEquals(403, direct.send(Requests.get("/c")).read().status());
        }
    }

    @Test
    void policiesSeeTheCallerAndTheEndpointThatItCameThrough() {
        Site.write(folder, "policy.json", """
                {"Statement": [
                  {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"},
                  {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*",
                   "Condition": {"IpAddress": {"aws:SourceIp": "10.1.7.0/24"}}},
                  {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*",
                   "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}]}
                """);
        try (Site site = open(
                "countersign.access.policy-files = [\"policy.json\"]",
                "countersign.routes.main.policy-context.api-arn ="
                        + " \"arn:aws:execute-api:us-east-1:111122223333:abc123def4\"",
                "countersign.listeners = [ { bind = \"127.0.0.1:0\", proxy-protocol = required,"
                        + " proxy-protocol-from = [\"127.0.0.8\"] } ]")) {
            byte[] endpoint = ProxyHeaders.vpcEndpoint("vpce-1");
            assertEquals(
                    200,
                    from(site, "127.0.0.8")
                            .send(ProxyHeaders.of("10.1.2.3", endpoint))
                            .send(Requests.get("/"))
                            .read()
                            .status());
            assertEquals(
                    403,
                    from(site, "127.0.0.8")
                            .send(ProxyHeaders.of("10.1.7.3", endpoint))
                            .send(Requests.get("/"))
                            .read()
                            .status());
            RawClient proxy = from(site, "127.0.0.8").send(ProxyHeaders.of("10.0.0.5", endpoint));
            assertEquals(
                    403,
                    proxy.send(Requests.get("/", "X-Forwarded-For: 10.1.7.3"))
                            .read()
                            .status());
            assertEquals(
                    200,
                    proxy.send(Requests.get("/", "X-Forwarded-For: 10.1.2.3"))
                            .read()
                            .status());
            for (byte[] header : List.of(
                    ProxyHeaders.of("10.1.2.3"), ProxyHeaders.of("10.1.2.3", ProxyHeaders.vpcEndpoint("vpce-2")))) {
                assertEquals(
                        403,
                        from(site, "127.0.0.8")
                                .send(header)
                                .send(Requests.get("/"))
                                .read()
                                .status());
            }
            assertFalse(site.log.all().contains("\"status\":500"));
        }
    }
}
