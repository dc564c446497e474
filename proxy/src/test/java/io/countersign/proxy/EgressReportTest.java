package io.countersign.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.settings.Load;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the log says of the way that routes go. */
class EgressReportTest {
    private static List<String> lines(String settings, Map<String, String> environment) {
        return EgressReport.lines(Load.good(settings, environment).routes());
    }

    @Test
    void namesTheProxyAndWhatNamedIt() {
        assertEquals(
                List.of("route m: through the proxy http://proxy.example:3128 (https_proxy)"),
                lines("", Map.of("https_proxy", "http://user:passw0rd@proxy.example:3128")));
    }

    @Test
    void saysWhoGoesDirectly() {
        assertEquals(
                List.of("route m: directly, since the upstream is this machine, or NO_PROXY names it"),
                lines("", Map.of("https_proxy", "http://p:1", "NO_PROXY", ".amazonaws.com")));
    }

    @Test
    void isSilentWithoutAProxy() {
        assertEquals(List.of(), lines("", Map.of()));
        assertEquals(List.of(), lines("routes.m.proxy = none", Map.of("https_proxy", "http://p:1")));
    }

    @Test
    void groupsRoutesAndShowsTenAtMost() {
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < 11; i++) {
            routes.append("routes.r").append(i).append(" { upstream = \"").append(Load.GATEWAY);
            routes.append("\", match.path-prefix = \"/").append(i).append("\" }\n");
        }
        assertEquals(
                List.of("12 routes m, r0, r1, r2, r3, r4, r5, r6, r7, r8 and 2 more: through the proxy http://p:1"
                        + " (HTTPS_PROXY)"),
                lines(routes.toString(), Map.of("HTTPS_PROXY", "http://p:1")));
    }
}
