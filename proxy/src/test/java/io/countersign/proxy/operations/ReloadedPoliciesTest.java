package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.WireTest;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A resource policy that is edited while agents call. */
@WireTest
class ReloadedPoliciesTest {
    private static final String POLICY = """
            {"Version": "2012-10-17", "Statement": [
              {"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}%s
            ]}
            """;
    private static final String DENY = """
            ,
              {"Sid": "second", "Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.2"}}}""";

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
        Site.write(folder, "policy.json", POLICY.formatted(""));
        try (Site site = Site.open(folder, upstream, "countersign.routes.main.policy-files = [\"policy.json\"]");
                Caller good = new Caller("good", "127.0.0.1", site.address());
                Caller bad = new Caller("bad", "127.0.0.2", site.address())) {
            good.awaitNext(200);
            bad.awaitNext(200);
            site.write("policy.json", POLICY.formatted(DENY));
            bad.awaitNext(403);
            String line = site.log.await("\"status\":403");
            assertTrue(line.contains("\"verdict\":\"denied\""), line);
            assertTrue(line.contains("policy.json:3\",\"rule_text\":\"Sid \\\"second\\\"\""), line);
            assertTrue(line.contains("\"route\":\"main\""), line);
            assertTrue(site.metric("countersign_denied_total{comment=\"\",rule=\"policy.json:3\"}") >= 1);
            // What can't be used changes nothing.
            site.write("policy.json", POLICY.formatted(DENY).replace("Deny", "deny"));
            site.log.await("policy.json:3:");
            bad.awaitNext(403);
            site.write("policy.json", POLICY.formatted(""));
            bad.awaitNext(200);
            assertEquals(
                    Set.of(200), good.calls().stream().map(Caller.Call::status).collect(Collectors.toSet()));
        }
    }
}
