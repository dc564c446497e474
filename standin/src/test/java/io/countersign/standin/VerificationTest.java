package io.countersign.standin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.stats.Counter;
import io.countersign.standin.verify.Credential;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest extends OneStandIn {
    private static final byte[] BODY = "some body".getBytes(UTF_8);

    private SignedRequest request() {
        return SignedRequest.post("/prod/things?b=2&a=1", BODY)
                .header("Content-Type", "text/plain")
                .header("X-Amz-Extra", "  several   words ");
    }

    private void assertRefused(SignedRequest request, String type, String messagePart) throws Exception {
        RawClient.Response response = client.exchange(request);
        assertEquals(403, response.status(), response.text());
        assertEquals(type, response.headers().get("x-amzn-errortype"));
        assertTrue(response.headers().containsKey("x-amzn-requestid"));
        assertTrue(response.text().contains(messagePart), response.text());
        assertEquals(1, standIn.stats().rejected().get(type));
        assertEquals(0, standIn.stats().verified());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/", "/prod/a", "/prod/a%20b", "/prod/a%2Fb", "/prod/a+b;v=1:2,@&=!$'()*~", "/prod//a///b",
                        "/prod/%E2%82%AC",
                "/a/", "/p?a", "/p?a=", "/p?a=1&a=0&a=", "/p?b=1&a=2", "/p?match%5B%5D=up&a1=2", "/p?a[]=1",
                "/p?x=a%20b%2Bc%26d", "/p?x=%e2%82%ac", "/p?A=1&a=2&a%2D=3"
            })
    void acceptsWhatTheSdkSigns(String target) throws Exception {
        String legal = target.replace("[", "%5B").replace("]", "%5D");
        RawClient.Response response = client.exchange(
                SignedRequest.post(legal, BODY).header("X-Amz-Extra", " a  b ").sign(key));
        assertEquals(200, response.status(), response.text());
        assertEquals(1, standIn.stats().verified());
        assertEquals(1, standIn.stats().get(Counter.SDK_CHECKED));
        assertEquals(0, standIn.stats().get(Counter.SDK_DISAGREED));
    }

    @Test
    void servesManyRequestsOnOneConnection() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertEquals(200, client.exchange(request().sign(key)).status());
        }
        assertEquals(5, standIn.stats().verified());
        assertEquals(1, standIn.stats().get(Counter.CONNECTIONS_TOTAL));
    }

    @Test
    void refusesUnsigned() throws Exception {
        assertRefused(
                request().header("Host", "localhost"),
                "MissingAuthenticationTokenException",
                "Missing Authentication Token");
    }

    @Test
    void refusesForeignScheme() throws Exception {
        assertRefused(
                request().header("Host", "localhost").header("Authorization", "Bearer abc"),
                "IncompleteSignatureException",
                "AWS4-HMAC-SHA256");
    }

    @Test
    void refusesTamperedPath() throws Exception {
        SignedRequest request = request().sign(key);
        request.target = "/prod/thinks?b=2&a=1";
        assertRefused(request, "InvalidSignatureException", "The Canonical String for this request should have been");
    }

    @Test
    void refusesTamperedQuery() throws Exception {
        SignedRequest request = request().sign(key);
        request.target = "/prod/things?b=2&a=3";
        assertRefused(request, "InvalidSignatureException", "The String-to-Sign should have been");
    }

    @Test
    void refusesTamperedHeader() throws Exception {
        SignedRequest request = request().sign(key);
        request.headers.replaceAll((name, value) -> name.equalsIgnoreCase("content-type") ? "text/html" : value);
        assertRefused(request, "InvalidSignatureException", "content-type:text/html");
    }

    @Test
    void refusesTamperedMethod() throws Exception {
        SignedRequest request = request().sign(key);
        request.method = "PUT";
        assertRefused(request, "InvalidSignatureException", "PUT");
    }

    @Test
    void refusesTamperedBody() throws Exception {
        SignedRequest request = request().sign(key);
        request.body = "Some body".getBytes(UTF_8);
        assertRefused(request, "InvalidSignatureException", "does not match the signature you provided");
    }

    @Test
    void refusesUnsignedAmzHeader() throws Exception {
        assertRefused(
                request().sign(key).unsignedLine("x-amz-other: 1"),
                "InvalidSignatureException",
                "not signed: x-amz-other");
    }

    @Test
    void refusesRepeatedSignedHeader() throws Exception {
        assertRefused(
                request().sign(key).unsignedLine("x-amz-extra: 1"), "InvalidSignatureException", "several words,1");
    }

    @Test
    void refusesWrongSecret() throws Exception {
        assertRefused(
                request().sign(Credential.of(key.accessKey(), "wrong")),
                "InvalidSignatureException",
                "Secret Access Key");
    }

    @Test
    void refusesUnknownKey() throws Exception {
        assertRefused(
                request().sign(Credential.of("AKIAUNKNOWN", "wrong")),
                "UnrecognizedClientException",
                "The security token included in the request is invalid.");
    }

    @Test
    void refusesTokenThatNobodyGave() throws Exception {
        assertRefused(
                request().sign(key.withToken("made-up")),
                "UnrecognizedClientException",
                "The security token included in the request is invalid.");
    }

    @Test
    void acceptsTokenUntilItExpires() throws Exception {
        Credential session = Credential.of("ASIASESSION", "secret").withToken("token/with+signs==");
        standIn.credentials().add(session);
        assertEquals(200, client.exchange(request().sign(session)).status());
        standIn.credentials().expire("ASIASESSION", Instant.now());
        RawClient.Response response = client.exchange(request().sign(session));
        assertEquals("ExpiredTokenException", response.headers().get("x-amzn-errortype"));
        assertTrue(response.text().contains("The security token included in the request is expired"));
    }

    @Test
    void refusesForeignRegion() throws Exception {
        SignedRequest request = request();
        request.region = "us-west-2";
        assertRefused(request.sign(key), "InvalidSignatureException", "to a valid region, not 'us-west-2'");
    }

    @Test
    void refusesForeignService() throws Exception {
        SignedRequest request = request();
        request.service = "es";
        assertRefused(request.sign(key), "InvalidSignatureException", "correct service: 'execute-api'");
    }

    @Test
    void refusesPathSignedAsForS3() throws Exception {
        SignedRequest request = SignedRequest.get("/prod/a%20b");
        request.pathAsIs = true;
        assertRefused(request.sign(key), "InvalidSignatureException", "/prod/a%2520b");
    }

    @Test
    void refusesSignatureFromLongAgo() throws Exception {
        assertRefused(
                request().at(Instant.now().minusSeconds(310)).sign(key),
                "InvalidSignatureException",
                "Signature expired: ");
    }

    @Test
    void refusesSignatureFromTheFuture() throws Exception {
        assertRefused(
                request().at(Instant.now().plusSeconds(310)).sign(key),
                "InvalidSignatureException",
                "Signature not yet current: ");
    }

    @Test
    void refusesBrokenAuthorization() throws Exception {
        for (Map.Entry<String, String> broken : Map.of(
                        "AWS4-HMAC-SHA256 Credential=a/20260101/r/s/aws4_request",
                        "requires 'Signature'",
                        "AWS4-HMAC-SHA256 Credential",
                        "missing equal-sign",
                        "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=" + "0".repeat(64),
                        "5 slash")
                .entrySet()) {
            RawClient.Response response =
                    client.exchange(request().header("Host", "localhost").header("Authorization", broken.getKey()));
            assertEquals("IncompleteSignatureException", response.headers().get("x-amzn-errortype"));
            assertTrue(response.text().contains(broken.getValue()), response.text());
        }
    }

    @Test
    void opensPathsThatAskForNoSignature() throws Exception {
        try (StandIn open = StandIn.start(StandInOptions.defaults().withOpenPaths(java.util.List.of("/open")));
                RawClient raw = new RawClient(open)) {
            assertEquals(
                    200,
                    raw.exchange(SignedRequest.get("/open/x").header("Host", "localhost"))
                            .status());
            assertEquals(
                    403,
                    raw.exchange(SignedRequest.get("/closed").header("Host", "localhost"))
                            .status());
        }
    }
}
