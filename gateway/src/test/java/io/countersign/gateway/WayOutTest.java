package io.countersign.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the gateway goes through the environment's proxy, as {@code check} and the log say it. */
class WayOutTest {
    private static final String BY = "through the proxy http://proxy.example:3128 (HTTPS_PROXY)";

    @TempDir
    Path folder;

    private LoadResult load(String issuer, Map<String, String> environment) {
        return HoconSource.text("""
                countersign {
                  routes { m { upstream = "https://a.execute-api.us-east-1.amazonaws.com", proxy = none } }
                  credentials { default { access-key-id = AKIDWAYOUT, secret-access-key = secret } }
                  approval.webhook = "https://chat.example/hooks/SECRETCANARY"
                  identity.kubernetes.issuer = "%s"
                }
                """.formatted(issuer), folder, environment).load();
    }

    private List<String> summary(String issuer, Map<String, String> environment) {
        LoadResult result = load(issuer, environment);
        return new Gateway()
                .summary(assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                        .config());
    }

    @Test
    void theWebhookAndAnIssuerElsewhereGoThroughTheProxy() {
        assertEquals(
                List.of("keys of the issuer https://oidc.example/id: " + BY, "approval.webhook at chat.example, " + BY),
                summary("https://oidc.example/id", Map.of("HTTPS_PROXY", "http://u:p@proxy.example:3128")));
    }

    @Test
    void noProxyAndTheClusterAreRespected() {
        assertEquals(
                List.of(),
                summary(
                        "https://kubernetes.default.svc",
                        Map.of("HTTPS_PROXY", "http://proxy.example:3128", "NO_PROXY", "chat.example")));
        assertEquals(List.of(), summary("https://oidc.example/id", Map.of()));
    }

    @Test
    void aProxyThatCannotBeUsedIsAFaultOnce() {
        LoadResult result = load("https://oidc.example/id", Map.of("https_proxy", "socks5://proxy.example"));
        LoadResult.Faulty faulty = assertInstanceOf(LoadResult.Faulty.class, result, result::toString);
        assertEquals(1, faulty.faults().size(), faulty::toString);
        assertTrue(
                faulty.faults().get(0).what().startsWith("https_proxy is not an http or https URL"), faulty::toString);
    }
}
