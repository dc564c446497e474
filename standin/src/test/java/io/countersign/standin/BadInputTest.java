package io.countersign.standin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.stats.Counter;
import io.countersign.standin.wire.RequestReader;
import io.countersign.testing.Await;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest extends OneStandIn {
    private static final String HEAD = "POST /open HTTP/1.1\r\nHost: localhost\r\n";

    @Override
    StandInOptions options() {
        return StandInOptions.defaults().withOpenPaths(List.of("/open"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /open HTTP/1.1\nHost: h\n\n",
                "\r\nGET /open HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET  /open HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /open HTTP/1.1\r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: \r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: u@h\r\n\r\n",
                "GET /open HTTP/2.0\r\nHost: h\r\n\r\n",
                "GET /open\r\nHost: h\r\n\r\n",
                "GET open HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET http://h/open HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /open# HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /open%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /open%2 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /op\\en HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /open\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: h\r\nA: \u0000\r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
                "GET /open HTTP/1.1\r\nHost: h\r\n: empty\r\n\r\n",
                HEAD + "Content-Length: +5\r\n\r\n",
                HEAD + "Content-Length: 5, 5\r\n\r\n",
                HEAD + "Content-Length: \r\n\r\n",
                HEAD + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
                HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                HEAD + "Transfer-Encoding: xchunked\r\n\r\n",
                HEAD + "Transfer-Encoding: identity, chunked\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /open HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n1\na\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n1\r\naXX",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n111111111\r\na",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n0\r\nno trailer\r\n\r\n",
            })
    void refusesMalformed(String request) throws Exception {
        client.send(request);
        RawClient.Response response = client.read();
        assertEquals(400, response.status());
        assertEquals("close", response.headers().get("connection"));
        assertEquals(0, client.rest().length);
        assertEquals(1, standIn.stats().get(Counter.MALFORMED));
    }

    @Test
    void readsChunksWithExtensionsAndTrailers() throws Exception {
        client.send(HEAD.replace("/open", "/open/echo")
                + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n");
        RawClient.Response response = client.read();
        assertEquals(200, response.status());
        assertTrue(response.text().contains("\"bodyBytes\":5"), response.text());
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        StringBuilder pipeline = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            pipeline.append("GET /open/echo?n=").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        client.send(pipeline.toString());
        for (int i = 0; i < 50; i++) {
            assertTrue(client.read().text().contains("/open/echo?n=" + i + "\""));
        }
    }

    @Test
    void continuesOnceAsked() throws Exception {
        client.send(HEAD + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        assertEquals(100, client.read().status());
        client.send("abc");
        assertEquals(200, client.read().status());
    }

    @Test
    void refusesOtherExpectations() throws Exception {
        client.send(HEAD + "Expect: wonders\r\n\r\n");
        assertEquals(417, client.read().status());
    }

    @Test
    void takesBodyOfTheLimitAndRefusesOneByteMore() throws Exception {
        int limit = 10 << 20;
        SignedRequest most = SignedRequest.post("/prod/big", new byte[limit]).sign(key);
        assertEquals(200, client.exchange(most).status());
        client.send(HEAD + "Content-Length: " + (limit + 1) + "\r\n\r\n");
        RawClient.Response response = client.read();
        assertEquals(413, response.status());
        assertEquals("{\"message\":\"Request Too Long\"}", response.text());
        assertEquals(1, standIn.stats().get(Counter.TOO_LARGE));
    }

    @Test
    void refusesChunkThatCrossesTheLimit() throws Exception {
        client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\nA00000\r\n");
        assertEquals(413, client.read().status());
    }

    @Test
    void takesHeadOfTheLimitAndRefusesOneByteMore() throws Exception {
        String fixed = "GET /open HTTP/1.1\r\nHost: localhost\r\nPad: \r\n\r\n";
        String padding = "x".repeat(RequestReader.HEAD_LIMIT - fixed.length());
        client.send(fixed.replace("Pad: ", "Pad: " + padding));
        assertEquals(200, client.read().status());
        client.send(fixed.replace("Pad: ", "Pad: x" + padding));
        assertEquals(431, client.read().status());
    }

    @Test
    void countsRequestsThatBreakOff() throws Exception {
        client.send(HEAD + "Content-Length: 30\r\n\r\nabc");
        client.close();
        Await.until("the stand-in to count it", () -> standIn.stats().get(Counter.TRUNCATED) == 1);
    }

    @Test
    void streamsInEveryFraming() throws Exception {
        String get = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        client.send("GET /open/stream?bytes=100000" + get);
        assertEquals(100_000, client.read().body().length);
        client.send("GET /open/stream?bytes=100000&chunked=1" + get);
        assertEquals(100_000, client.read().body().length);
        client.send("HEAD /open/stream?bytes=5" + get);
        client.send("GET /open/stream?bytes=100000&close=1" + get);
        assertEquals("HTTP/1.1 200 OK", client.line());
        for (String line = client.line(); !line.isEmpty(); line = client.line()) {
            assertTrue(!line.startsWith("Content-Length") || line.equals("Content-Length: 5"));
        }
        RawClient.Response closed = client.read();
        assertEquals(100_000, closed.body().length);
        assertEquals("close", closed.headers().get("connection"));
        assertEquals(300_000, standIn.stats().get(Counter.STREAM_BYTES));
    }

    @Test
    void sendsFirstEventBeforeTheSecondIsDue() throws Exception {
        client.send("GET /open/events?count=2&interval=3600000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        while (!client.line().isEmpty()) {}
        byte[] chunk = client.in().readNBytes(Integer.parseInt(client.line(), 16));
        assertEquals("id: 0\ndata: {\"event\":0}\n\n", new String(chunk, UTF_8));
    }

    @Test
    void readsSlowlyWhenTold() throws Exception {
        SignedRequest request = SignedRequest.post("/prod/slow-read?bytesPerSecond=1000000", new byte[50_000])
                .sign(key);
        assertEquals(200, client.exchange(request).status());
        assertEquals(50_000, standIn.stats().get(Counter.SLOW_READ_BYTES));
    }

    @Test
    void keepsTheRawHeadOfWhatCame() throws Exception {
        SignedRequest request =
                SignedRequest.post("/prod/x", "b".getBytes(UTF_8)).sign(key);
        client.exchange(request);
        String sent = new String(request.bytes(), UTF_8);
        assertEquals(
                sent.substring(0, sent.length() - 1),
                standIn.lastRequests().get(0).head());
        assertEquals("verified", standIn.lastRequests().get(0).verdict());
    }

    @Test
    void speaksBothVersionsOfTlsUnderAllItsNames() throws Exception {
        try (StandIn named = StandIn.start(
                StandInOptions.defaults().withOpenPaths(List.of("/")).withExtraNames(List.of("api.example.test")))) {
            for (String name : List.of("localhost", "127.0.0.1", "api.example.test")) {
                for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                    try (RawClient raw = new RawClient(named.port(), named.caPem(), name, protocol)) {
                        raw.send("GET / HTTP/1.1\r\nHost: " + name + "\r\n\r\n");
                        assertEquals(200, raw.read().status());
                    }
                }
            }
        }
    }
}
