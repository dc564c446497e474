package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that are edited while agents call. */
@WireTest
class ReloadedRulesTest {
    private static final String SUCCESSFUL = "countersign_config_last_reload_successful";

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
    void deniesAPeerWhileTrafficFlowsAndLetsItInAgain(@TempDir Path folder) throws Exception {
        try (Site site = Site.open(folder, upstream);
                Caller good = new Caller("good", "127.0.0.1", site.address());
                Caller alsoGood = new Caller("also-good", "127.0.0.3", site.address());
                Caller bad = new Caller("bad", "127.0.0.2", site.address());
                Caller alsoBad = new Caller("also-bad", "127.0.0.2", site.address())) {
            for (Caller caller : List.of(good, alsoGood, bad, alsoBad)) {
                caller.awaitNext(200);
            }
            site.write("deny.list", "# who must go\n\n127.0.0.2\n");
            bad.awaitNext(403);
            alsoBad.awaitNext(403);
            String line = site.log.await("\"status\":403");
            assertTrue(line.contains("deny.list:3\",\"rule_text\":\"127.0.0.2\""), line);
            assertTrue(line.contains("\"client\":\"127.0.0.2\",\"verdict\":\"denied\""), line);
            site.write("deny.list", "# nobody\n");
            bad.awaitNext(200);
            alsoBad.awaitNext(200);

            assertNothingUpstreamOfThoseDenied(bad);
            assertNothingUpstreamOfThoseDenied(alsoBad);
            assertEquals(Set.of(200), statuses(good));
            assertEquals(Set.of(200), statuses(alsoGood));
        }
    }

    /** The operator's words are for the log and the metrics; who is denied reads the line's place and no more. */
    @Test
    void showsTheCommentToTheOperatorAlone(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream)) {
            site.write("deny.list", "127.0.0.2  # INC-42 noisy, until 2099-01-31\n");
            site.log.await("configuration taken", "deny.list +1 -0");
            try (RawClient denied = site.connectFrom("127.0.0.2")) {
                Response response = denied.send(
                                "GET /secret/path?token=hunter2&start=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .read();
                assertEquals(403, response.status());
                assertTrue(response.body().contains("deny.list:1"), response.body());
                assertFalse(response.body().contains("INC-42"), response.body());
                assertFalse(
                        response.head().toString().contains("INC-42"),
                        response.head().toString());
            }
            String line = site.log.await("\"status\":403");
            assertTrue(line.contains("\"rule_comment\":\"INC-42 noisy, until 2099-01-31\""), line);
            assertTrue(line.contains("denied by deny.list:1: INC-42 noisy, until 2099-01-31\""), line);
            assertTrue(line.contains("\"path\":\"/secret/path?token&start\""), line);
            assertFalse(line.contains("hunter2"), line);
            site.awaitMetric(
                    "countersign_denied_total{comment=\"INC-42 noisy, until 2099-01-31\",rule=\"deny.list:1\"}", 1);
        }
    }

    /** From the poll that sees it within three seconds, by an included file, on open connections, and for nobody else. */
    @Test
    void deniesByAnIncludedFileWhileManyCall(@TempDir Path folder) throws Exception {
        Site.write(folder, Site.CONF, Site.conf(upstream.url()));
        Site.write(folder, "allow.list", "127.0.0.0/8\n");
        Site.write(folder, "deny.list", "include \"incidents.list\"\n");
        Site.write(folder, "incidents.list", "# none\n");
        try (Site site = new Site(folder)) {
            List<Caller> good = new ArrayList<>();
            try (Caller bad = new Caller("bad", "127.0.0.2", site.address())) {
                for (int i = 0; i < 8; i++) {
                    good.add(new Caller("good" + i, "127.0.0." + (10 + i), site.address()));
                }
                bad.awaitNext(200);
                site.write("incidents.list", "127.0.0.2 # INC-7\n");
                long written = System.nanoTime();
                bad.awaitNext(403);
                long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - written);
                assertTrue(taken < 10_000, "a generous deadline for a slow machine: " + taken + " ms");
                site.log.await("configuration taken", "incidents.list +1 -0");
                site.log.await("\"status\":403", "incidents.list:1", "INC-7");
                assertNothingUpstreamOfThoseDenied(bad);
            } finally {
                good.forEach(Caller::close);
            }
            good.forEach(caller -> assertEquals(Set.of(200), statuses(caller)));
        }
    }

    @Test
    void anEntryEndsWhileTheProxyRuns(@TempDir Path folder) throws Exception {
        Site.write(folder, Site.CONF, Site.conf(upstream.url()));
        Site.write(folder, "allow.list", "127.0.0.0/8\n127.0.0.3 # until 2020-01-01\n");
        Site.write(folder, "deny.list", "# nobody\n");
        try (Site site = new Site(folder);
                Caller caller = new Caller("once-bad", "127.0.0.2", site.address())) {
            // Once it runs: how long a start takes is the machine's affair.
            Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(4);
            site.write("deny.list", "127.0.0.2 # until " + end + "\n");
            caller.awaitNext(403);
            caller.awaitNext(200);
            assertFalse(Instant.now().isBefore(end));
            assertEquals(1, site.log.count("configuration taken"));
        }
    }

    @Test
    void anAuditDeniesNobodyAndSaysWhoWouldBe(@TempDir Path folder) {
        try (Site site =
                Site.open(folder, upstream, "countersign.access.mode = audit", "countersign.log.access = errors")) {
            site.write("deny.list", "127.0.0.2 # trial\n");
            site.log.await("configuration taken", "deny.list +1 -0");
            try (RawClient client = site.connectFrom("127.0.0.2")) {
                assertEquals(200, client.send(Requests.get("/x")).read().status());
            }
            String line = site.log.await("\"verdict\":\"would_deny\"");
            assertTrue(line.contains("\"rule\":\"deny.list:1\"") && line.contains("\"status\":200"), line);
            site.awaitMetric("countersign_audit_denied_total{comment=\"trial\",rule=\"deny.list:1\"}", 1);
            site.write(Site.CONF, Site.conf(upstream.url()));
            site.log.await("configuration taken", "access.mode changed");
            try (RawClient client = site.connectFrom("127.0.0.2")) {
                assertEquals(403, client.send(Requests.get("/x")).read().status());
            }
        }
    }

    /** Cut short it would let in whom its last line denies, so a list that still grows is not taken. */
    @Test
    void neverTakesAListThatIsStillBeingWritten(@TempDir Path folder) throws Exception {
        Site.write(folder, Site.CONF, Site.conf(upstream.url()));
        Site.write(folder, "allow.list", "127.0.0.0/8\n");
        Site.write(folder, "deny.list", "127.0.0.2\n");
        try (Site site = Site.watchedAsUsual(folder);
                Caller denied = new Caller("denied", "127.0.0.2", site.address())) {
            denied.awaitNext(403);
            StringBuilder list = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                site.write(
                        "deny.list",
                        list.append("10.0.0.").append(i).append('\n').toString());
                // The writer's own pace: two polls, a second apart, never read the same.
                Await.pace(Duration.ofMillis(400));
            }
            assertEquals(0, site.log.count("configuration taken"));
            site.write("deny.list", list.append("127.0.0.2\n").toString());
            site.log.await("\"client\":\"127.0.0.2\"", "deny.list:9");
            assertEquals(Set.of(403), statuses(denied));
        }
    }

    @Test
    void keepsTheOldRulesUntilABadListIsMended(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream)) {
            assertEquals(1, site.metric(SUCCESSFUL));
            site.write("deny.list", "127.0.0.9\n127.0.0.1/33\n");
            String line = site.log.await("ERROR configuration not taken: ", "deny.list:2");
            assertTrue(line.contains("127.0.0.1/33"), line);
            assertEquals(0, site.metric(SUCCESSFUL));
            assertEquals(200, site.status("GET /w HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            site.write("deny.list", "127.0.0.9\n127.0.0.1\n");
            site.awaitMetric(SUCCESSFUL, 1);
            assertEquals(403, site.status("GET /w HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            assertEquals(1, site.metric("countersign_config_reloads_total{result=\"failure\"}"));
        }
    }

    /** As a kubelet mounts a ConfigMap: links into ..data, which is itself a link that is swapped. */
    @Test
    void takesAConfigMapThatIsSwapped(@TempDir Path folder) throws Exception {
        generation(folder, "..1", "127.0.0.0/8\n", "# nobody\n");
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        for (String name : List.of(Site.CONF, "allow.list", "deny.list")) {
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
        try (Site site = new Site(folder);
                Caller caller = new Caller("pod", "127.0.0.2", site.address());
                Caller other = new Caller("other", "127.0.0.1", site.address())) {
            caller.awaitNext(200);
            generation(folder, "..2", "127.0.0.0/8\n", "127.0.0.2\n");
            Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
            Files.move(next, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
            caller.awaitNext(403);
            other.awaitNext(200);
            assertNothingUpstreamOfThoseDenied(caller);
            assertEquals(Set.of(200), statuses(other));
        }
    }

    private void generation(Path folder, String name, String allow, String deny) throws IOException {
        Path generation = Files.createDirectory(folder.resolve(name));
        Site.write(generation, Site.CONF, Site.conf(upstream.url()));
        Site.write(generation, "allow.list", allow);
        Site.write(generation, "deny.list", deny);
    }

    private void assertNothingUpstreamOfThoseDenied(Caller caller) {
        List<Caller.Call> calls = caller.calls();
        Set<String> upstreamSaw = upstream.requests().stream()
                .map(request -> request.head().target().substring(TestProxy.STAGE.length()))
                .collect(Collectors.toSet());
        assertTrue(calls.stream().anyMatch(call -> call.status() == 403));
        for (Caller.Call call : calls) {
            if (call.status() == 403) {
                assertFalse(upstreamSaw.contains(call.target()), "denied, and sent on all the same: " + call.target());
            } else {
                assertEquals(200, call.status());
                assertTrue(upstreamSaw.contains(call.target()));
            }
        }
    }

    private static Set<Integer> statuses(Caller caller) {
        return caller.calls().stream().map(Caller.Call::status).collect(Collectors.toSet());
    }
}
