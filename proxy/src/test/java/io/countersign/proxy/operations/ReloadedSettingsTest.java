package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes, limits, credentials and the files they name, changed while the proxy runs. */
@WireTest
class ReloadedSettingsTest {
    private static final String TAKEN = "configuration taken";

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void servesARouteThatWasAdded(@TempDir Path folder) {
        try (FakeUpstream second = FakeUpstream.http();
                Site site = Site.open(folder, upstream, TestProxy.main("match.path-prefix = \"/main\""))) {
            assertEquals(404, site.status(Requests.get("/new/x")));
            site.write(
                    Site.CONF,
                    Site.conf(
                            upstream.url(),
                            TestProxy.main("match.path-prefix = \"/main\""),
                            TestProxy.route("added", second.url(), "match.path-prefix = \"/new\"")));
            site.log.await(TAKEN, "2 routes");
            assertEquals(200, site.status(Requests.get("/new/x")));
            assertEquals("/new/x", second.request().head().target());
        }
    }

    @Test
    void takesAChangedFileInYaml(@TempDir Path folder) {
        String conf = """
                countersign:
                  listeners: [{bind: "127.0.0.1:0"}]
                  admin: {bind: "127.0.0.1:0"}
                  drain: {quiet: 200 ms}
                  log: {level: debug}
                  routes:
                    main:
                      upstream: %s
                      auth: none
                      match: {path-prefix: /%s}
                """;
        Site.write(folder, "countersign.yaml", conf.formatted(upstream.url(), "old"));
        try (Site site = new Site(folder, "countersign.yaml")) {
            assertEquals(404, site.status(Requests.get("/new/x")));
            site.write("countersign.yaml", conf.formatted(upstream.url(), "new") + "      match: {}\n");
            site.log.await("countersign.yaml:11 (routes.main.match): is written twice");
            assertEquals(200, site.status(Requests.get("/old/x")));
            site.write("countersign.yaml", conf.formatted(upstream.url(), "new"));
            site.log.await(TAKEN);
            assertEquals(200, site.status(Requests.get("/new/x")));
        }
    }

    /** The exchange under way ends where it began; its connection is not used again. */
    @Test
    void movesToAChangedUpstreamWhileTheOldOneFinishes(@TempDir Path folder) {
        Gate changed = new Gate();
        upstream.script((request, connection) -> {
            if (request.head().target().endsWith("/slow")) {
                changed.pass();
            }
            connection.send(Script.ok("old"));
        });
        try (FakeUpstream next = FakeUpstream.http().script(Script.always(Script.ok("new")));
                Site site = Site.open(folder, upstream);
                RawClient slow = site.connect();
                RawClient quick = site.connect()) {
            slow.send(Requests.get("/slow"));
            upstream.awaitRequests(1);
            assertEquals("old", quick.send(Requests.get("/quick")).read().body());
            site.write(Site.CONF, Site.conf(next.url()));
            site.log.await(TAKEN);
            upstream.connections().get(1).awaitEnded();
            assertEquals("new", quick.send(Requests.get("/quick")).read().body());
            changed.open();
            assertEquals("old", slow.read().body());
            upstream.connections().get(0).awaitEnded();
            assertEquals("new", slow.send(Requests.get("/slow")).read().body());
            assertEquals(2, upstream.connections().size());
        }
    }

    /** A pool whose settings did not change goes on with its connections. */
    @Test
    void keepsTheConnectionsOfAnUnchangedUpstream(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream)) {
            assertEquals(200, site.status(Requests.get("/w")));
            site.write(Site.CONF, Site.conf(upstream.url(), "countersign.limits.body = 1 KiB"));
            site.log.await(TAKEN);
            assertEquals(200, site.status(Requests.get("/w")));
            assertEquals(1, upstream.connections().size());
        }
    }

    @Test
    void putsChangedLimitsInForce(@TempDir Path folder) {
        String body = "x".repeat(2000);
        try (Site site = Site.open(folder, upstream)) {
            assertEquals(200, site.status(Requests.post("/w", body)));
            site.write(Site.CONF, Site.conf(upstream.url(), "countersign.limits { body = 1 KiB, connections = 1 }"));
            site.log.await(TAKEN);
            try (RawClient first = site.connect()) {
                assertEquals(413, first.send(Requests.post("/w", body)).read().status());
            }
            site.awaitMetric("countersign_client_connections", 0);
            Gate answer = new Gate();
            upstream.script((request, connection) -> {
                answer.pass();
                connection.send(Script.ok("done"));
            });
            try (RawClient first = site.connect()) {
                first.send(Requests.get("/w"));
                upstream.awaitRequests(2);
                try (RawClient second = site.connect()) {
                    ProblemAssert.problem(503, second.read()).error("connection_limit_reached");
                }
                answer.open();
                assertEquals("done", first.read().body());
            }
        }
    }

    @Test
    void signsWithChangedCredentials(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream)) {
            assertEquals(200, site.status(Requests.get("/before")));
            site.write(
                    Site.CONF, Site.conf(upstream.url(), "countersign.credentials.default.access-key-id = AKIDNEXT"));
            site.log.await(TAKEN);
            assertEquals(200, site.status(Requests.get("/after")));
            List<ReceivedRequest> requests = upstream.requests();
            assertTrue(authorization(requests.get(0)).contains("Credential=" + TestProxy.ACCESS_KEY + "/"));
            assertTrue(authorization(requests.get(1)).contains("Credential=AKIDNEXT/"));
        }
    }

    @Test
    void warnsOnceOfWhatReloadsLeaveAsItIs(@TempDir Path folder) {
        String other = TestProxy.route("added", upstream.url(), "match.path-prefix = \"/new\"");
        String added = "(routes.added.upstream): is http";
        try (Site site = Site.open(folder, upstream)) {
            site.write(Site.CONF, "# one line more\n" + Site.conf(upstream.url(), other));
            site.log.await(added);
            site.log.await(TAKEN);
            assertEquals(1, site.log.count("is http"), site.log.all());
            site.write(Site.CONF, Site.conf(upstream.url(), "countersign.limits.in-flight = 7"));
            Await.until("a second reload", () -> site.log.count(TAKEN) == 2);
            site.write(Site.CONF, Site.conf(upstream.url(), other));
            Await.until("a third reload", () -> site.log.count(TAKEN) == 3);
            assertEquals(2, site.log.count(added), site.log.all());
            assertEquals(2, site.log.count("is http"), site.log.all());
        }
    }

    @Test
    void saysWhatNeedsARestartUntilItIsTakenBack(@TempDir Path folder) {
        String later = " takes effect after a restart";
        try (Site site = Site.open(folder, upstream)) {
            InetSocketAddress address = site.address();
            String moved = "countersign.listeners = [ { bind = \"127.0.0.1:9\" } ]";
            site.write(Site.CONF, Site.conf(upstream.url(), moved, "countersign.limits.in-flight = 7"));
            site.log.await("WARN configuration: a change of listeners" + later);
            site.log.await("WARN configuration: a change of limits.in-flight" + later);
            assertEquals(address, site.address());
            assertEquals(200, site.status(Requests.get("/w")));
            site.write(Site.CONF, Site.conf(upstream.url(), moved));
            Await.until("a second reload", () -> site.log.count(TAKEN) == 2);
            Await.until("listeners named again", () -> site.log.count("a change of listeners" + later) == 2);
            assertEquals(1, site.log.count("a change of limits.in-flight" + later));
            site.write(Site.CONF, Site.conf(upstream.url()));
            Await.until("a third reload", () -> site.log.count(TAKEN) == 3);
            assertEquals(3, site.log.count(later));
        }
    }

    @Test
    void trustsAnAuthorityFileThatChangedInPlace(@TempDir Path folder) throws Exception {
        try (FakeUpstream secure = FakeUpstream.https();
                FakeUpstream other = FakeUpstream.https()) {
            Site.write(folder, "ca.pem", Files.readString(other.authority().orElseThrow()));
            try (Site site = Site.open(folder, secure, TestProxy.main("tls.ca = \"ca.pem\""))) {
                ProblemAssert.problem(502, site.exchange(Requests.get("/w"))).error("tls_certificate_error");
                site.write("ca.pem", Files.readString(secure.authority().orElseThrow()));
                site.log.await(TAKEN);
                assertEquals(200, site.status(Requests.get("/w")));
                // And back: the connection that was trusted then is not used any more.
                site.write("ca.pem", Files.readString(other.authority().orElseThrow()));
                Await.until("a second reload", () -> site.log.count(TAKEN) == 2);
                ProblemAssert.problem(502, site.exchange(Requests.get("/w"))).error("tls_certificate_error");
            }
        }
    }

    /** The file alone changes, before the first look at the files: the configuration reads the same then. */
    @Test
    void noticesAnAuthorityFileThatChangedRightAfterTheStart(@TempDir Path folder) throws Exception {
        try (FakeUpstream secure = FakeUpstream.https();
                FakeUpstream other = FakeUpstream.https()) {
            Site.write(folder, "ca.pem", Files.readString(other.authority().orElseThrow()));
            Site.fill(folder, secure, TestProxy.main("tls.ca = \"ca.pem\""));
            try (Site site = Site.watchedAsUsual(folder)) {
                site.write("ca.pem", Files.readString(secure.authority().orElseThrow()));
                site.log.await(TAKEN);
                assertEquals(200, site.status(Requests.get("/w")));
            }
        }
    }

    @Test
    void sendsAHeaderFromAFileThatWasRotated(@TempDir Path folder) {
        Site.write(folder, "api-key", "first\n");
        try (Site site = Site.open(folder, upstream, TestProxy.main("headers.set { x-api-key = \"file:api-key\" }"))) {
            assertEquals(200, site.status(Requests.get("/w")));
            site.write("api-key", "second\n");
            site.log.await(TAKEN);
            assertEquals(200, site.status(Requests.get("/w")));
            assertEquals("first", upstream.requests().get(0).head().value("x-api-key"));
            assertEquals("second", upstream.requests().get(1).head().value("x-api-key"));
        }
    }

    @Test
    void refusesAnAuthorityFileThatIsNone(@TempDir Path folder) throws Exception {
        try (FakeUpstream secure = FakeUpstream.https()) {
            Site.write(folder, "ca.pem", Files.readString(secure.authority().orElseThrow()));
            try (Site site = Site.open(folder, secure, TestProxy.main("tls.ca = \"ca.pem\""))) {
                assertEquals(200, site.status(Requests.get("/w")));
                site.write("ca.pem", "no certificate\n");
                site.log.await("ERROR configuration not taken: ", "ca.pem");
                Response response = site.exchange(Requests.get("/w"));
                assertEquals(200, response.status());
                assertEquals(0, site.metric("countersign_config_last_reload_successful"));
            }
        }
    }

    private static String authorization(ReceivedRequest request) {
        return request.head().value("authorization");
    }
}
