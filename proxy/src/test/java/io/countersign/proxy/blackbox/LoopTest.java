package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** An upstream that leads back to the proxy is found out at the first request, and costs one exchange more, not hundreds. */
@WireTest
class LoopTest {
    @Test
    void endsARequestThatComesBack() {
        try (Relay relay = new Relay();
                TestProxy proxy = TestProxy.startTo("http://127.0.0.1:" + relay.port())) {
            relay.to(proxy.address().getPort());
            Response response = proxy.exchange(Requests.get("/w"));
            ProblemAssert.problem(508, response).error("proxy_loop_detected").details("Via");
            assertEquals(1, relay.connections());
        }
    }

    /** Each with a name of its own: that is a chain, and no loop. */
    @Test
    void forwardsWhatAnotherProxyHasForwarded() {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy second = TestProxy.start(upstream);
                TestProxy first =
                        TestProxy.startTo("http://127.0.0.1:" + second.address().getPort())) {
            assertEquals(200, first.exchange(Requests.post("/w", "body")).status());
            List<String> via = upstream.request().head().values("via");
            assertEquals(2, via.size(), via::toString);
            assertTrue(!via.get(0).equals(via.get(1)), via::toString);
        }
    }

    /** Names in Via compare like host names (RFC 9110 section 7.6.3). */
    @Test
    void knowsItselfInAnyCase() {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream)) {
            assertEquals(200, proxy.exchange(Requests.get("/w")).status());
            String via = upstream.request().head().value("via");
            Response response = proxy.exchange(Requests.get("/w", "Via: 1.0 other, " + via.toUpperCase(Locale.ROOT)));
            ProblemAssert.problem(508, response).error("proxy_loop_detected");
            assertEquals(1, upstream.requests().size());
        }
    }
}
