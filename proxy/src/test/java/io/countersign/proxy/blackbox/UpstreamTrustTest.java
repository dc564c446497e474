package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Which servers are trusted: {@code tls.pin} and {@code tls.verify}. */
@WireTest
class UpstreamTrustTest {

    @Test
    void aPinnedCertificateIsTrustedWhoeverIssuedItAndWhateverItsNames() {
        try (FakeUpstream upstream = FakeUpstream.https()) {
            String pin = upstream.fingerprint().orElseThrow().toUpperCase(Locale.ROOT);
            Response response = exchange(
                    upstream,
                    "upstream { url = \"https://search.example" + TestProxy.STAGE + "\", connect = \""
                            + address(upstream) + "\" }, tls.pin = [\"" + "0".repeat(64) + "\", \"sha256 Fingerprint="
                            + pin + "\"]");
            assertEquals(200, response.status(), response::toString);
        }
    }

    @Test
    void anyOtherCertificateIsNot() {
        try (FakeUpstream upstream = FakeUpstream.https()) {
            // By its name and its authority it would be good.
            Response response =
                    exchange(upstream, "upstream = \"" + upstream.url() + "\", tls.pin = [\"" + "0".repeat(64) + "\"]");
            assertEquals(502, response.status(), response::toString);
            assertTrue(response.body().contains(upstream.fingerprint().orElseThrow()), response.body());
            assertTrue(upstream.requests().isEmpty());
        }
    }

    @Test
    void onLoopbackAnyServerMayBeTakenWhereTheOperatorSaysSo() {
        try (FakeUpstream upstream = FakeUpstream.https()) {
            String url = "upstream { url = \"https://search.example\", connect = \"" + address(upstream) + "\" }";
            assertEquals(502, exchange(upstream, url).status());
            assertEquals(200, exchange(upstream, url + ", tls.verify = false").status());
        }
    }

    private static Response exchange(FakeUpstream upstream, String settings) {
        try (TestProxy proxy =
                TestProxy.startTo(upstream.url(), "countersign.routes.main { on-failure = relay, " + settings + " }")) {
            return proxy.exchange(Requests.get("/w"));
        }
    }

    private static String address(FakeUpstream upstream) {
        return upstream.url().substring("https://".length());
    }
}
