package io.countersign.standin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.verify.PathMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class S3ModeTest extends OneStandIn {
    @Override
    StandInOptions options() {
        return StandInOptions.defaults().withService("s3").withPathMode(PathMode.S3);
    }

    @BeforeEach
    void start() throws Exception {
        standIn.faults().add("{\"errorForm\":\"s3\"}");
    }

    private static SignedRequest put() {
        SignedRequest request = SignedRequest.post("/bucket//key%20with/./dots", "body".getBytes(UTF_8));
        request.method = "PUT";
        request.service = "s3";
        request.pathAsIs = true;
        return request;
    }

    @Test
    void takesThePathAsItStands() throws Exception {
        assertEquals(200, client.exchange(put().sign(key)).status());
        SignedRequest normalised = put();
        normalised.pathAsIs = false;
        assertTrue(client.exchange(normalised.sign(key)).text().contains("<Code>SignatureDoesNotMatch</Code>"));
    }

    @Test
    void takesAnyBodyWhereThePayloadIsUnsigned() throws Exception {
        SignedRequest request = put();
        request.payloadUnsigned = true;
        request.sign(key);
        request.body = "BODY".getBytes(UTF_8);
        RawClient.Response response = client.exchange(request);
        assertEquals(200, response.status(), response.text());
        assertTrue(standIn.lastRequests().get(0).head().contains("UNSIGNED-PAYLOAD"));
    }

    @Test
    void refusesBodyThatIsNotTheSignedOne() throws Exception {
        SignedRequest request = put().sign(key);
        request.body = "BODY".getBytes(UTF_8);
        RawClient.Response response = client.exchange(request);
        assertEquals(400, response.status());
        assertTrue(response.text().contains("<Code>XAmzContentSHA256Mismatch</Code>"), response.text());
    }

    @Test
    void refusesUnsignedPayloadForExecuteApi() throws Exception {
        try (StandIn api = StandIn.start(StandInOptions.defaults());
                RawClient raw = new RawClient(api)) {
            SignedRequest request = SignedRequest.post("/prod/x", "body".getBytes(UTF_8));
            request.payloadUnsigned = true;
            RawClient.Response response =
                    raw.exchange(request.sign(api.credentials().all().get(0)));
            assertEquals("InvalidSignatureException", response.headers().get("x-amzn-errortype"));
        }
    }
}
