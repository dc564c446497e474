package io.countersign.cli.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.cli.agents.Key;
import io.countersign.cli.agents.Ledgers;
import io.countersign.cli.agents.MetricsPage;
import io.countersign.cli.agents.PrometheusProcess;
import io.countersign.cli.agents.StandInProcess;
import io.countersign.cli.agents.Target;
import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One Prometheus sends all that it scrapes once through each source of credentials, and all sources rotate, fail and
 * recover together.
 *
 * <p>A process's environment never changes, so the environment's key does not rotate; its outage is that AWS refuses it.
 */
@Timeout(300)
class SourcesWalkTest {
    /** Hand out keys for seconds. */
    private static final List<String> SHORT_LIVED =
            List.of("process", "sso", "pod-identity", "imds", "web-identity", "assume-role", "chain");

    private static final List<String> ALL = new ArrayList<>(SHORT_LIVED);

    static {
        ALL.addAll(List.of("environment", "profile"));
    }

    @TempDir
    Path folder;

    private StandInProcess standIn;
    private SourcesProxy proxy;
    private PrometheusProcess prometheus;

    @Test
    void noSampleIsLostWhileEverySourceRotatesFailsAndRecovers() throws Exception {
        Key environment = Issuer.key("environment", 1);
        try (StandInProcess upstream = new StandInProcess(folder, environment)) {
            standIn = upstream;
            upstream.start();
            Issuer issuer = new Issuer(upstream);
            try (Endpoints endpoints = new Endpoints(issuer);
                    SourcesProxy gateway = new SourcesProxy(folder, upstream.port(), endpoints, environment, ALL);
                    Target target = Target.start(SourcesWalkTest::page);
                    PrometheusProcess agent = new PrometheusProcess(folder, remoteWrites(gateway))) {
                proxy = gateway;
                prometheus = agent;
                Key first = issuer.longLived("profile");
                gateway.useProfile(first);
                gateway.start();
                agent.start(target.address());
                awaitProgress("the start");
                Key second = rotate(issuer, first);
                outage(endpoints, environment, second);
                recover(issuer, endpoints, environment);
                assertNothingIsLost();
                assertNothingIsShown();
            }
        }
    }

    private Key rotate(Issuer issuer, Key first) throws IOException {
        Key second = issuer.longLived("profile");
        proxy.useProfile(second);
        standIn.credentials(first.expire());
        Set<String> waiting = new TreeSet<>(SHORT_LIVED);
        waiting.add("profile");
        Await.until("a request signed with a later key of each source", () -> {
            String requests = standIn.lastRequests();
            waiting.removeIf(source -> Pattern.compile("Credential=" + Issuer.prefix(source) + "([2-9]|[1-9][0-9])/")
                    .matcher(requests)
                    .find());
            return waiting.isEmpty();
        });
        awaitProgress("the rotation");
        return second;
    }

    /** Every source is down until its last keys have expired, and every queue has been told to come again. */
    private void outage(Endpoints endpoints, Key environment, Key profile) throws IOException {
        Map<String, Double> before = new HashMap<>();
        for (String source : ALL) {
            before.put(source, retried(source));
        }
        endpoints.down();
        proxy.loseProfile();
        standIn.credentials(profile.expire());
        standIn.credentials(environment.expire());
        Await.until("the proxy to say that it can't sign", () -> !proxy.canSign());
        for (String source : SHORT_LIVED) {
            Await.until(
                    "no keys from " + source,
                    () -> of(proxy.metrics(), "credentials", source).sum("countersign_credentials_usable") == 0);
        }
        for (String source : ALL) {
            Await.until("a retry through " + source, () -> retried(source) > before.get(source));
        }
    }

    private void recover(Issuer issuer, Endpoints endpoints, Key environment) throws IOException {
        endpoints.up();
        proxy.useProfile(issuer.longLived("profile"));
        standIn.credentials(environment.json());
        awaitProgress("the recovery");
        assertTrue(proxy.canSign());
    }

    private void assertNothingIsLost() throws Exception {
        prometheus.stopScraping();
        prometheus.awaitFlushed();
        MetricsPage metrics = prometheus.metrics();
        prometheus.terminate();
        assertEquals(0, prometheus.awaitExit(), prometheus::output);
        Set<String> wal = prometheus.walSamples();
        List<String> arrived = standIn.samples();
        for (String source : ALL) {
            Ledgers.assertEqual(wal, through(source, arrived));
        }
        assertEquals(0, metrics.sum("prometheus_remote_storage_samples_failed_total"));
        assertEquals(0, metrics.sum("prometheus_remote_storage_samples_dropped_total"));
        assertEquals(0, standIn.stat("sdk.disagreed"));
        assertEquals(0, standIn.stat("corrupt"));
    }

    private void assertNothingIsShown() throws Exception {
        for (String page : List.of("/metrics", "/rejections", "/readyz?signing")) {
            assertFalse(proxy.page(page).contains(Issuer.CANARY), page);
        }
        assertFalse(prometheus.output().contains(Issuer.CANARY), prometheus::output);
        proxy.stop();
        String output = proxy.output();
        assertTrue(output.contains("fetch failed"), "the log tells of the outage");
        assertTrue(output.contains("answers again"), "the log tells of the recovery");
        assertFalse(output.contains("LEAK:"), output);
        assertEquals(
                List.of(),
                output.lines().filter(line -> line.contains(Issuer.CANARY)).toList());
    }

    /** Waits until each source has carried samples that it had not carried before. */
    private void awaitProgress(String after) throws IOException {
        List<String> before = standIn.samples();
        for (String source : ALL) {
            int had = Set.copyOf(through(source, before)).size();
            Await.until(
                    "new samples through " + source + " after " + after,
                    () -> Set.copyOf(through(source, standIn.samples())).size() > had);
        }
    }

    /** The samples that came by this source, without the label that says so. */
    private static List<String> through(String source, List<String> samples) {
        String label = ",via=\"" + source + "\"}";
        return samples.stream()
                .filter(line -> line.contains(label))
                .map(line -> line.replace(label, "}"))
                .toList();
    }

    private double retried(String source) throws IOException {
        return of(prometheus.metrics(), "remote_name", source).sum("prometheus_remote_storage_samples_retried_total");
    }

    private static MetricsPage of(MetricsPage all, String label, String value) {
        String wanted = label + "=\"" + value + "\"";
        return new MetricsPage(
                all.page().lines().filter(line -> line.contains(wanted)).collect(Collectors.joining("\n")));
    }

    private static List<String> remoteWrites(SourcesProxy proxy) {
        return ALL.stream()
                .map(source -> """
                        {name: %1$s, url: "%2$s", queue_config: {batch_send_deadline: 1s}, \
                        write_relabel_configs: [{target_label: via, replacement: %1$s}]}""".formatted(source, proxy.url("/" + source + "/api/v1/write")))
                .toList();
    }

    private static String page(int scrape) {
        return IntStream.range(0, 10)
                .mapToObj(series -> "probe{series=\"" + series + "\"} " + scrape + "\n")
                .collect(Collectors.joining());
    }
}
