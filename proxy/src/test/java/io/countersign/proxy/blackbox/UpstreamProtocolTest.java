package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WebSockets;
import io.countersign.proxy.testing.WireTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which protocol upstreams are asked for in the TLS handshake (ALPN). */
@WireTest
class UpstreamProtocolTest {
    private static final List<String> HTTP_1_1 = List.of("http/1.1");

    @Test
    void requestsAskForHttp11() {
        try (FakeUpstream upstream = FakeUpstream.https();
                TestProxy proxy = TestProxy.start(upstream)) {
            assertEquals(200, proxy.exchange(Requests.get("/w")).status());
            assertEquals(List.of(HTTP_1_1), upstream.offered());
        }
    }

    @Test
    void webSocketsAskForHttp11OnAConnectionOfTheirOwn() {
        try (FakeUpstream upstream = FakeUpstream.https();
                TestProxy proxy = TestProxy.start(upstream, TestProxy.main("websocket = true"))) {
            assertEquals(200, proxy.exchange(Requests.get("/w")).status());
            upstream.script(WebSockets.echo());
            try (RawClient client = proxy.connect().send(WebSockets.handshake("/chat"))) {
                assertEquals(101, client.readHead().status());
            }
            assertEquals(List.of(HTTP_1_1, HTTP_1_1), upstream.offered());
        }
    }

    @Test
    void anUpstreamWithoutHttp11IsNamedAsSuch() {
        try (FakeUpstream upstream = FakeUpstream.https().takesOnly("h2");
                TestProxy proxy = TestProxy.start(upstream, TestProxy.main("on-failure = relay"))) {
            Response response = proxy.exchange(Requests.get("/w"));
            assertEquals(502, response.status(), response::toString);
            assertTrue(response.body().contains("doesn't speak HTTP/1.1"), response.body());
            assertTrue(upstream.requests().isEmpty());
        }
    }
}
