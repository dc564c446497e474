package io.countersign.proxy.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** The tools themselves, client against upstream with nothing in between: a blind tool would let everything pass. */
@WireTest
class HarnessTest {
    @Test
    void recordsWhatWasSentAndReadsWhatWasAnswered() {
        try (FakeUpstream upstream = FakeUpstream.http();
                RawClient client = connect(upstream)) {
            Response response =
                    client.send(Requests.post("/x", "abc", "X-A: 1")).read();
            assertEquals("POST /x abc", response.body());
            assertEquals("1", upstream.request().head().value("x-a"));
            assertEquals(client.send(Requests.get("/y")).read().status(), 200);
            assertEquals(2, upstream.requests().get(1).nth());
        }
    }

    @Test
    void tellsACutBodyFromAWholeOne() {
        try (FakeUpstream upstream = FakeUpstream.http().script((request, connection) -> {
                    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
                    connection.close();
                });
                RawClient client = connect(upstream)) {
            Response response = client.send(Requests.get("/")).read();
            assertEquals("abc", response.body());
            assertFalse(response.complete());
        }
    }

    @Test
    void tellsAResetFromAnOrderlyClose() {
        try (FakeUpstream upstream = FakeUpstream.http()) {
            upstream.script((request, connection) -> connection.reset());
            try (RawClient client = connect(upstream)) {
                assertTrue(client.send(Requests.get("/")).readToEnd().reset());
            }
            upstream.script((request, connection) -> connection.close());
            try (RawClient client = connect(upstream)) {
                assertFalse(client.send(Requests.get("/")).readToEnd().reset());
            }
        }
    }

    @Test
    void givesSocketsBack() {
        long before = FileDescriptors.sockets();
        try (FakeUpstream upstream = FakeUpstream.http();
                RawClient client = connect(upstream)) {
            client.send(Requests.get("/")).read();
            assertTrue(FileDescriptors.sockets() > before);
        }
        FileDescriptors.awaitAtMost(before);
    }

    @Test
    void acceptsASignatureOfTheSdkAndNoOther() {
        String target = "/stage/a%2Fb/c;v=1?match%5B%5D=up%7Bx%3D%221%22%7D&b=&a=%2B";
        try (FakeUpstream upstream = FakeUpstream.http();
                RawClient client = connect(upstream)) {
            client.send(signed(upstream, target, "body", "body")).read();
            Signatures.verify(upstream.requests().get(0));
            client.send(signed(upstream, target, "body", "ydob")).read();
            ReceivedRequest forged = upstream.requests().get(1);
            assertThrows(AssertionError.class, () -> Signatures.verify(forged));
        }
    }

    private static String signed(FakeUpstream upstream, String target, String signedBody, String sentBody) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .protocol("http")
                .host("127.0.0.1")
                .port(upstream.port())
                .encodedPath("/stage/a%2Fb/c;v=1")
                .appendRawQueryParameter("match[]", "up{x=\"1\"}")
                .appendRawQueryParameter("b", "")
                .appendRawQueryParameter("a", "+")
                .appendHeader("content-type", "text/plain")
                .build();
        SignedRequest signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(AwsSessionCredentialsIdentity.create(
                                TestProxy.ACCESS_KEY, TestProxy.SECRET, TestProxy.TOKEN))
                        .request(request)
                        .payload(ContentStreamProvider.fromUtf8String(signedBody))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)));
        StringBuilder text = new StringBuilder("POST " + target + " HTTP/1.1\r\n");
        signed.request()
                .forEachHeader((name, values) -> values.forEach(
                        value -> text.append(name).append(": ").append(value).append("\r\n")));
        if (!signed.request().headers().containsKey("Content-Length")) {
            text.append("Content-Length: ").append(sentBody.length()).append("\r\n");
        }
        return text.append("\r\n").append(sentBody).toString();
    }

    private static RawClient connect(FakeUpstream upstream) {
        return RawClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), upstream.port()));
    }
}
