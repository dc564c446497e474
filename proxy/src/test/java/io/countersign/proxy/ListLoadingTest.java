package io.countersign.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.WireTest;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start whose lists are elsewhere. */
@WireTest
class ListLoadingTest {
    private FakeUpstream source;

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        source = FakeUpstream.https();
    }

    @AfterEach
    void stop() {
        source.close();
    }

    private HoconSource configuration(String access, Map<String, String> environment) {
        return HoconSource.text(
                "countersign { access { lists-ca = \"" + source.authority().orElseThrow() + "\", " + access + " }\n"
                        + "routes { m { upstream = \"https://a1.execute-api.us-east-1.amazonaws.com/prod\" } } }",
                folder,
                environment);
    }

    private ListLoading loading(String access) {
        return new ListLoading(configuration(access, Map.of()), Environment.of(Map.of()), Clock.systemUTC());
    }

    private String list() {
        return "\"" + source.url() + "/allow.list?key=QUERYSECRET\"";
    }

    @Test
    void waitsForAListThatIsNotToBeHadYet() throws Exception {
        source.script((request, connection) -> connection.send(
                source.requests().size() < 2
                        ? "HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"
                        : Script.ok("10.0.0.0/8 # the cluster\n")));
        try (ListLoading loading = loading("allow-files = [" + list() + "]")) {
            LoadResult.Loaded loaded = loading.first(Duration.ofSeconds(30));
            Verdict verdict = loaded.config().access().rules().addresses().decide(InetAddress.getByName("10.1.2.3"));
            assertTrue(verdict instanceof Verdict.Allowed, verdict.toString());
            assertEquals(source.url() + "/allow.list?...:1", verdict.by().source());
            assertEquals("the cluster", verdict.by().comment().orElse("none"));
            assertEquals(2, source.requests().size());
            assertEquals(loaded, loading.load(), "what is loaded again is no change");
        }
    }

    @Test
    void givesUpAndSaysWhatIsMissing() {
        source.script(Script.always("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
        try (ListLoading loading = loading("allow-files = [" + list() + "]")) {
            StartFailure failure = assertThrows(StartFailure.class, () -> loading.first(Duration.ofSeconds(1)));
            assertEquals(StartFailure.Cause.ENVIRONMENT, failure.cause());
            assertTrue(failure.getMessage().contains("access.allow-files[0]"), failure.getMessage());
            assertTrue(failure.getMessage().contains("was never fetched"), failure.getMessage());
            assertTrue(failure.getMessage().contains("answered 403"), failure.getMessage());
            assertFalse(failure.getMessage().contains("QUERYSECRET"), failure.getMessage());
        }
    }

    /** Waiting would mend none of these. */
    @Test
    void doesNotWaitWhereTheConfigurationIsWrong() {
        for (String wrong : new String[] {
            "allow-files = [" + list() + "], mode = perhaps",
            "allow-files = [\"http://host/QUERYSECRET\"]",
            "allow-files = [\"s3://bucket/key\"]"
        }) {
            try (ListLoading loading = loading(wrong)) {
                StartFailure failure = assertThrows(StartFailure.class, () -> loading.first(Duration.ofSeconds(30)));
                assertEquals(StartFailure.Cause.CONFIGURATION, failure.cause(), failure.getMessage());
                assertFalse(failure.getMessage().contains("QUERYSECRET"), failure.getMessage());
            }
        }
    }

    @Test
    void takesTheRegionOfTheEnvironment() {
        LoadResult read = configuration("deny-files = [\"s3://bucket/key\"]", Map.of("AWS_REGION", "eu-west-1"))
                .load();
        LoadResult.Loaded loaded = (LoadResult.Loaded) read;
        assertEquals(
                "eu-west-1", loaded.config().access().remote().reach().region().orElse("none"));
        assertEquals(1, loaded.config().access().remote().missing().size());
    }
}
