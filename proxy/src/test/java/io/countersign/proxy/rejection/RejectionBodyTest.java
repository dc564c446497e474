package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.countersign.proxy.rejection.ErrorForm.Kind;
import io.countersign.proxy.secrets.Secrets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is relayed is of our making, and in the form in which it came: an SDK reads the same from it. */
class RejectionBodyTest {
    private static final String TOKEN = "canary+token/1==canary";

    @ParameterizedTest
    @CsvSource({
        "JSON, dynamodb",
        "CBOR, monitoring",
        "QUERY_XML, sts",
        "S3_XML, s3",
        "NEPTUNE_JSON, neptune-db",
        "APPSYNC_JSON, appsync",
        "OTLP_STATUS, logs",
        "BARE_FORBIDDEN, aoss",
        "MESSAGE_ONLY, es",
        "OPENAI_JSON, bedrock-mantle",
    })
    void isReadAsWhatItCameAs(ErrorForm form, String service) {
        CannedResponse came = form.answer(Kind.EXPIRED_TOKEN, service);
        Rejection rejection = UpstreamErrorsTest.rejection(came, service);

        RejectionBody body =
                RejectionBody.of(rejection, came.headers()::get, came.body(), service, Secrets.NONE.and(TOKEN));

        assertEquals(Optional.empty(), body.contentType(), "it keeps its own");
        Rejection again = UpstreamErrorsTest.rejection(new CannedResponse(403, came.headers(), body.bytes()), service);
        assertEquals(rejection, again);
    }

    /** Clients of OpenAI's API and of Iceberg's catalogs read no other member. */
    @Test
    void keepsTheMessageWhereItWasCalledSo() {
        CannedResponse came = ErrorForm.OPENAI_JSON.answer(Kind.PERMISSION, "bedrock-mantle");
        Rejection rejection = UpstreamErrorsTest.rejection(came, "bedrock-mantle");

        byte[] relayed = RejectionBody.of(rejection, came.headers()::get, came.body(), "bedrock-mantle", Secrets.NONE)
                .bytes();

        assertEquals(
                "{\"error\":{\"type\":\"permission_denied\",\"message\":\"" + Kind.PERMISSION.message("bedrock-mantle")
                        + "\"}}",
                new String(relayed, UTF_8));
    }

    @Test
    void repeatsNoSecretInCborOrProtobuf() {
        String message = "The request signature we calculated does not match the signature you provided. " + TOKEN
                + "\n\nThe Canonical String for this request should have been\n'GET\nx-amz-security-token:" + TOKEN
                + "'";
        byte[] cbor = CborStrings.bytes(Map.of("__type", "InvalidSignatureException", "message", message));
        byte[] status = new ProtobufStatus(16, message).bytes();

        for (byte[] body : new byte[][] {cbor, status}) {
            CannedResponse came = new CannedResponse(403, new HashMap<>(), body);
            byte[] relayed = RejectionBody.of(
                            UpstreamErrorsTest.rejection(came, "monitoring"),
                            came.headers()::get,
                            body,
                            "monitoring",
                            Secrets.NONE.and(TOKEN))
                    .bytes();
            assertFalse(new String(relayed, UTF_8).contains("canary"), new String(relayed, UTF_8));
            assertFalse(new String(relayed, UTF_8).contains("Canonical"), new String(relayed, UTF_8));
        }
    }
}
