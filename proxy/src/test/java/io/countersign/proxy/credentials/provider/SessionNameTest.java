package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.config.InstanceName;
import io.countersign.proxy.credentials.CredentialsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionNameTest {
    private static final String TASK = "0206b271b33d4e3fb5cf8d0a3e1c9d27";
    private static final String TASK_URI = "http://169.254.170.2/v4/" + TASK + "-1495160618";

    @TempDir
    Path folder;

    private Path host;

    @BeforeEach
    void name() throws IOException {
        host = Files.writeString(folder.resolve("hostname"), "ip-10-0-0-7.eu-west-1.compute.internal\n");
    }

    private String of(String written, Map<String, String> variables) {
        Environment environment = Environment.of(variables);
        return SessionName.of(written, environment, InstanceName.candidates(environment, host));
    }

    private String auto(Map<String, String> variables) {
        return of(CredentialsConfig.AUTO, variables);
    }

    @Test
    void whatIsWrittenGoesFirst() {
        assertEquals("mine", of("mine", Map.of("AWS_ROLE_SESSION_NAME", "other", "HOSTNAME", "pod-1")));
    }

    @Test
    void goesFromTheNarrowestNameToTheWidest() {
        assertEquals("theirs", auto(Map.of("AWS_ROLE_SESSION_NAME", "theirs", "POD_NAME", "pod-1")));
        assertEquals("pod-1", auto(Map.of("POD_NAME", "pod-1", "HOSTNAME", "node-1")));
        assertEquals(TASK, auto(Map.of("ECS_CONTAINER_METADATA_URI_V4", TASK_URI, "HOSTNAME", "ip-10-0-0-7")));
        assertEquals("pod-1", auto(Map.of("HOSTNAME", "pod-1")));
        assertEquals("ip-10-0-0-7.eu-west-1.compute.internal", auto(Map.of()));
    }

    /** On an instance the address has an id of the container, which is not the task's. */
    @Test
    void takesNoOtherIdForATask() {
        assertEquals(
                "host-1",
                auto(Map.of(
                        "ECS_CONTAINER_METADATA_URI_V4",
                        "http://169.254.170.2/v4/cd189a933e5849daa93386466019ab50",
                        "HOSTNAME",
                        "host-1")));
    }

    @ParameterizedTest
    @CsvSource({"a b/c:d, a-b-c-d", "gr\u00fcn, gr-n", "x, countersign", "'', countersign", "a_b+=.@-, a_b+=.@-"})
    void hasOnlyWhatStsTakes(String name, String fit) throws IOException {
        Files.writeString(host, "(none)\n");
        assertEquals(fit, auto(Map.of("HOSTNAME", name)));
    }

    @Test
    void isAtMostSixtyFourLong() {
        String end = "-7d9f8b6c5-x2x9z";
        assertEquals("a".repeat(64 - end.length()) + end, auto(Map.of("HOSTNAME", "a".repeat(80) + end)));
        assertEquals("b".repeat(64), auto(Map.of("HOSTNAME", "b".repeat(64))));
        assertEquals("node-1", auto(Map.of("HOSTNAME", "node-1." + "c".repeat(60) + ".internal")));
    }

    @Test
    void theHostsNameIsRead() {
        assertTrue(
                SessionName.of(CredentialsConfig.AUTO, Environment.of(Map.of())).matches("[\\w+=,.@-]{2,64}"));
    }
}
