package io.countersign.standin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.fault.FaultJson;
import io.countersign.standin.ingest.RemoteWriteBody;
import io.countersign.standin.verify.RejectionType;
import io.countersign.testing.Await;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest extends OneStandIn {
    private SignedRequest request() {
        return SignedRequest.get("/prod/stream?bytes=1000").sign(key);
    }

    @Test
    void answersCommandedStatusSoManyTimes() throws Exception {
        standIn.faults()
                .add(
                        "{\"status\":503,\"headers\":{\"Retry-After\":\"7\"},\"body\":\"{}\",\"count\":2,\"match\":\"/prod\"}");
        RawClient.Response response = client.exchange(request());
        assertEquals(503, response.status());
        assertEquals("7", response.headers().get("retry-after"));
        assertEquals("{}", response.text());
        assertEquals(200, client.exchange(SignedRequest.get("/other").sign(key)).status());
        assertEquals(503, client.exchange(request()).status());
        assertEquals(200, client.exchange(request()).status());
        assertTrue(standIn.faults().all().isEmpty());
        assertEquals(Map.of("status", 2L), standIn.stats().injected());
    }

    @Test
    void doesNotStoreWhatItAnswersWithAFault() throws Exception {
        standIn.faults().add("{\"throttleShare\":1,\"count\":1}");
        byte[] body =
                new RemoteWriteBody().sample(Map.of("__name__", "up"), 1, 1).toBytes();
        SignedRequest write = SignedRequest.post("/prod/api/v1/write", body)
                .header("Content-Type", RemoteWriteBody.CONTENT_TYPE)
                .header("Content-Encoding", RemoteWriteBody.CONTENT_ENCODING)
                .sign(key);
        RawClient.Response response = client.exchange(write);
        assertEquals(429, response.status());
        assertEquals("{\"message\":\"Too Many Requests\"}", response.text());
        assertEquals("TooManyRequestsException", response.headers().get("x-amzn-errortype"));
        assertEquals(0, standIn.stats().samples());
        assertEquals(204, client.exchange(write).status());
        assertEquals(1, standIn.stats().samples());
    }

    private SignedRequest write(String... series) throws IOException {
        RemoteWriteBody body = new RemoteWriteBody();
        for (String name : series) {
            body.sample(Map.of("__name__", name), System.nanoTime(), 1);
        }
        return SignedRequest.post("/prod/api/v1/write", body.toBytes())
                .header("Content-Type", RemoteWriteBody.CONTENT_TYPE)
                .header("Content-Encoding", RemoteWriteBody.CONTENT_ENCODING)
                .sign(key);
    }

    @Test
    void takesOldSeriesAndRefusesNewOnesPastTheSeriesLimit() throws Exception {
        assertEquals(204, client.exchange(write("a", "b")).status());
        standIn.faults().add("{\"seriesLimit\":2}");
        assertEquals(204, client.exchange(write("a", "b")).status(), "the last that fit");
        RawClient.Response refused = client.exchange(write("a", "c"));
        assertEquals(429, refused.status());
        assertTrue(refused.text().startsWith("per-user series limit of 2 exceeded"), refused.text());
        assertEquals(5, standIn.stats().samples(), "the old series of that request was taken");
        assertEquals(2, standIn.stats().series());
        standIn.faults().clear();
        assertEquals(204, client.exchange(write("c")).status());
    }

    @Test
    void asksForAnApiKey() throws Exception {
        standIn.faults().add("{\"apiKey\":\"second\"}");
        RawClient.Response refused = client.exchange(
                SignedRequest.get("/prod/x").header("x-api-key", "first").sign(key));
        assertEquals(403, refused.status());
        assertEquals("ForbiddenException", refused.headers().get("x-amzn-errortype"));
        assertEquals(
                403, client.exchange(SignedRequest.get("/prod/x").sign(key)).status(), "none");
        assertEquals(
                200,
                client.exchange(SignedRequest.get("/prod/x")
                                .header("x-api-key", "second")
                                .sign(key))
                        .status());
        assertFalse(standIn.faults().all().toString().contains("second"), "the key is not shown");
    }

    @ParameterizedTest
    @CsvSource({
        "gateway-fault, 500, Internal server error",
        "throttling-400, 400, ThrottlingException",
        "ingestion-rate, 429, ingestion rate limit",
        "series-limit, 429, per-user series limit",
        "bare-expired-token, 403, is expired",
        "bare-invalid-token, 403, is invalid.",
        "bare-scope, 403, Credential should be scoped",
        "bare-permission, 403, is not authorized to perform"
    })
    void wordsErrorsAsServicesDo(String error, int status, String words) throws Exception {
        standIn.faults().add("{\"error\":\"" + error + "\"}");
        RawClient.Response response = client.exchange(request());
        assertEquals(status, response.status());
        assertTrue(response.text().contains(words), response.text());
        assertFalse(response.headers().containsKey("x-amzn-errortype"), "no type in a header");
    }

    @Test
    void throttlesPastARate() throws Exception {
        standIn.faults().add("{\"throttlePerSecond\":0.001}");
        assertEquals(200, client.exchange(request()).status());
        assertEquals(429, client.exchange(request()).status());
    }

    @Test
    void resetsAtAByteOfTheResponse() throws Exception {
        standIn.faults().add("{\"resetAtByte\":20}");
        client.send(request().bytes());
        IOException reset = assertThrows(IOException.class, () -> client.rest());
        assertTrue(reset instanceof SocketException || reset instanceof SSLException, reset.toString());
    }

    @Test
    void closesBeforeAnswering() throws Exception {
        standIn.faults().add("{\"closeBeforeAnswer\":true}");
        client.send(request().bytes());
        assertEquals(0, client.rest().length);
    }

    @Test
    void truncatesTheBody() throws Exception {
        standIn.faults().add("{\"truncateAtByte\":400}");
        client.send(request().bytes());
        EOFException truncated = assertThrows(EOFException.class, () -> client.read());
        assertTrue(truncated.getMessage().contains("600 bytes short"), truncated.getMessage());
    }

    @Test
    void endsTheBodyByClosing() throws Exception {
        standIn.faults().add("{\"closeDelimited\":true}");
        RawClient.Response response = client.exchange(request());
        assertFalse(response.headers().containsKey("content-length"));
        assertEquals(1000, response.body().length);
    }

    @ParameterizedTest
    @CsvSource({"true, 21", "false, 23"})
    void endsWithOrWithoutCloseNotify(boolean closeNotify, int lastRecord) throws Exception {
        standIn.faults().add("{\"closeDelimited\":true,\"closeNotify\":" + closeNotify + "}");
        try (RawClient old = new RawClient(standIn.port(), standIn.caPem(), "localhost", "TLSv1.2")) {
            assertEquals(1000, old.exchange(request()).body().length);
            assertEquals(lastRecord, old.lastRecordType());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {600, -600})
    void movesItsClock(long seconds) throws Exception {
        standIn.faults().add("{\"clockSkewSeconds\":" + seconds + "}");
        RawClient.Response response = client.exchange(request());
        assertEquals("InvalidSignatureException", response.headers().get("x-amzn-errortype"));
        Instant date = ZonedDateTime.parse(response.headers().get("date"), DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant();
        long off =
                Duration.between(Instant.now().plusSeconds(seconds), date).abs().toSeconds();
        assertTrue(off < 60, "Date is off by " + off);
        assertEquals(
                200,
                client.exchange(SignedRequest.get("/prod/x").at(date).sign(key)).status());
    }

    @Test
    void redirects() throws Exception {
        standIn.faults().add("{\"redirect\":\"https://elsewhere.example/\",\"redirectStatus\":301}");
        RawClient.Response response = client.exchange(request());
        assertEquals(301, response.status());
        assertEquals("https://elsewhere.example/", response.headers().get("location"));
    }

    @Test
    void sendsTheseVeryBytes() throws Exception {
        byte[] raw = "HTTP/1.1 999 Absurd\r\n\r\n".getBytes(UTF_8);
        standIn.faults().add("{\"rawBase64\":\"" + Base64.getEncoder().encodeToString(raw) + "\"}");
        client.send(request().bytes());
        assertEquals("HTTP/1.1 999 Absurd\r\n\r\n", new String(client.rest(), UTF_8));
    }

    @Test
    void saysThatTheTokenHasExpired() throws Exception {
        standIn.faults().add("{\"expiredToken\":true,\"count\":1}");
        RawClient.Response response = client.exchange(request());
        assertEquals(403, response.status());
        assertEquals("ExpiredTokenException", response.headers().get("x-amzn-errortype"));
        assertEquals(1, standIn.stats().rejected().get("ExpiredTokenException"));
    }

    @ParameterizedTest
    @CsvSource({
        "apigateway-rest, ExpiredTokenException, 403, 'The security token included in the request is expired'",
        "apigateway-http, ExpiredTokenException, 403, '{\"message\":\"Forbidden\"}'",
        "json, ExpiredTokenException, 400, 'com.amazon.coral.service#ExpiredTokenException'",
        "s3, ExpiredTokenException, 400, <Code>ExpiredToken</Code>",
        "s3, UnrecognizedClientException, 403, <Code>InvalidAccessKeyId</Code>",
        "s3, SIGNATURE_EXPIRED, 403, <Code>RequestTimeTooSkewed</Code>",
        "apigateway-rest, AccessDeniedException, 403, is not authorized to perform: execute-api:Invoke on resource",
        "apigateway-rest, ForbiddenException, 403, Forbidden",
    })
    void rejectsInTheFormOfOtherServices(String form, String type, int status, String text) throws Exception {
        standIn.faults().add("{\"reject\":\"" + type + "\",\"errorForm\":\"" + form + "\"}");
        RawClient.Response response = client.exchange(request());
        assertEquals(status, response.status());
        assertTrue(response.text().contains(text), response.text());
        assertEquals(form.equals("apigateway-rest"), response.headers().containsKey("x-amzn-errortype"));
    }

    @Test
    void dressesRealRejectionsTooAndShowsTheTexts() throws Exception {
        standIn.faults().add("{\"errorForm\":\"s3\"}");
        SignedRequest request = request();
        request.target = "/prod/stream?bytes=1001&x=%26";
        RawClient.Response response = client.exchange(request);
        assertTrue(response.text().contains("<Code>SignatureDoesNotMatch</Code>"), response.text());
        assertTrue(response.text().contains("<CanonicalRequest>GET\n/prod/stream\nbytes=1001&amp;x=%26\n"));
        assertTrue(response.text().contains("<StringToSign>AWS4-HMAC-SHA256\n"));
    }

    @Test
    void waitsBeforeTheAnswer() throws Exception {
        standIn.faults().add("{\"latencyMillis\":3600000,\"count\":1}");
        client.send(request().bytes());
        Await.until("the stand-in to count it", () -> standIn.stats().verified() == 1);
        try (RawClient other = new RawClient(standIn)) {
            assertEquals(200, other.exchange(request()).status());
        }
        assertEquals(0, client.in().available());
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"latency\":1}', latency",
        "'{\"status\":200,\"probability\":2}', probability",
        "'{\"status\":200,\"count\":0}', count",
        "'{\"resetAtByte\":-1}', resetAtByte",
        "'{\"reject\":\"Nothing\"}', ExpiredTokenException",
        "'{\"errorForm\":\"soap\"}', apigateway-rest",
        "'{\"body\":\"x\"}', status",
        "'{\"count\":1}', effect",
        "'[]', object",
        "'{', JSON",
    })
    void refusesFaultsThatMakeNoSense(String json, String named) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> FaultJson.parse(json));
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }

    @Test
    void namesEveryRejectionThatItKnows() {
        IllegalArgumentException wrong =
                assertThrows(IllegalArgumentException.class, () -> FaultJson.parse("{\"reject\": \"AccesDenied\"}"));
        List<String> names = List.of(wrong.getMessage()
                .substring(wrong.getMessage().indexOf("one of ") + 7)
                .split(", "));
        assertEquals(16, names.size(), names::toString);
        for (String name : names) {
            FaultJson.parse("{\"reject\": \"" + name + "\"}");
        }
        assertEquals(16, names.stream().map(RejectionType::named).distinct().count(), "each another one");
    }
}
