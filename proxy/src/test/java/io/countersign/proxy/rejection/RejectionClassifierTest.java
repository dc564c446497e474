package io.countersign.proxy.rejection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.rejection.Rejection.Cause;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RejectionClassifierTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ExpiredTokenException | The security token included in the request is expired | EXPIRED_TOKEN
            UnrecognizedClientException | The security token included in the request is invalid. | INVALID_TOKEN
            UnrecognizedClientException | No such client | UNKNOWN_KEY
            InvalidSignatureException | The request signature we calculated does not match the signature you provided. | SIGNATURE_MISMATCH
            InvalidSignatureException | Signature expired: 20260301T120000Z is now earlier than 20260301T121000Z | CLOCK_SKEW
            InvalidSignatureException | Signature not yet current: 20260301T120000Z is still later than 20260301T115000Z | CLOCK_SKEW
            InvalidSignatureException | Credential should be scoped to a valid region. | WRONG_SCOPE
            InvalidSignatureException | Credential should be scoped to correct service: 'execute-api'. | WRONG_SCOPE
            IncompleteSignatureException | Authorization header requires 'Credential' parameter. | INCOMPLETE_SIGNATURE
            MissingAuthenticationTokenException | Missing Authentication Token | MISSING_AUTHENTICATION
            RequestTimeTooSkewed | x | CLOCK_SKEW
            RequestExpired | Request has expired. | CLOCK_SKEW
            AccessDeniedException | User: arn:aws:iam::1:user/x is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:1:a/prod/POST/x | PERMISSION
            AccessDeniedException | User: arn:aws:iam::1:user/x is not authorized to perform: execute-api:Invoke on resource: a with an explicit deny | PERMISSION
            AccessDeniedException | User: anonymous is not authorized to perform: execute-api:Invoke on resource: a | PERMISSION
            AccessDeniedException | The security token included in the request is invalid | INVALID_TOKEN
            AccessDeniedException | The security token included in the request is expired | EXPIRED_TOKEN
            AccessDeniedException | User is not authorized to access this resource | AUTHORIZER
            AccessDeniedException | User is not authorized to access this resource with an explicit deny | AUTHORIZER
            ForbiddenException | Forbidden | FORBIDDEN
            AccessDeniedException | Forbidden. For troubleshooting Function URL authorization issues, see: https://docs | PERMISSION
            """)
    void knowsApiGatewaysTypes(String type, String message, Cause cause) {
        assertEquals(Optional.of(cause), CannedResponse.rest(type, message).cause());
        assertEquals(
                Optional.of(cause),
                CannedResponse.rest(type + ":http://internal.amazon.com/coral/com.amazon.coral.service/", message)
                        .cause());
        assertEquals(
                Optional.of(cause),
                CannedResponse.rest("com.amazon.coral.service#" + type + ":", message)
                        .cause());
    }

    @Test
    void showsTypeAndMessage() {
        Rejection rejection = CannedResponse.rest("ns#ExpiredTokenException:http://x", "expired\nindeed")
                .classify("execute-api")
                .orElseThrow();
        assertEquals("ExpiredTokenException", rejection.errorType());
        assertEquals("expired indeed", rejection.message());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            com.amazon.coral.service#ExpiredTokenException | message | The security token included in the request is expired | EXPIRED_TOKEN
            com.amazon.coral.service#UnrecognizedClientException | message | The security token included in the request is invalid. | INVALID_TOKEN
            com.amazon.coral.service#InvalidSignatureException | message | Signature expired: x is now earlier than y | CLOCK_SKEW
            com.amazonaws.dynamodb.v20120810#AccessDeniedException | Message | User: arn:aws:iam::1:user/x is not authorized to perform: dynamodb:PutItem on resource: t | PERMISSION
            MissingAuthenticationTokenException | message | Missing Authentication Token | MISSING_AUTHENTICATION
            """)
    void knowsJsonServices(String type, String member, String message, Cause cause) {
        String body = "{\"__type\":\"" + type + "\",\"" + member + "\":\"" + message + "\"}";
        assertEquals(
                Optional.of(cause),
                CannedResponse.of(400, body, "x-amzn-RequestId", "R").cause("dynamodb"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            403 | SignatureDoesNotMatch | The request signature we calculated does not match | SIGNATURE_MISMATCH
            403 | RequestTimeTooSkewed | The difference between the request time and the current time is too large. | CLOCK_SKEW
            403 | InvalidAccessKeyId | The AWS Access Key Id you provided does not exist in our records. | UNKNOWN_KEY
            400 | ExpiredToken | The provided token has expired. | EXPIRED_TOKEN
            400 | InvalidToken | The provided token is malformed or otherwise invalid. | INVALID_TOKEN
            400 | AuthorizationHeaderMalformed | The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1' | WRONG_SCOPE
            403 | AccessDenied | Access Denied | PERMISSION
            """)
    void knowsS3(int status, String code, String message, Cause cause) {
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + message
                + "</Message><RequestId>R</RequestId><HostId>H</HostId></Error>";
        assertEquals(
                Optional.of(cause),
                CannedResponse.of(status, body, "x-amz-request-id", "R").cause("s3"));
    }

    @Test
    void knowsQueryServices() {
        String body = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>Sender"
                + "</Type>\n    <Code>%s</Code>\n    <Message>%s</Message>\n  </Error>\n  <RequestId>R</RequestId>\n"
                + "</ErrorResponse>\n";
        assertEquals(
                Optional.of(Cause.INVALID_TOKEN),
                CannedResponse.of(
                                403,
                                body.formatted(
                                        "InvalidClientTokenId",
                                        "The security token included in the request is invalid."))
                        .cause("sts"));
        assertEquals(
                Optional.of(Cause.CLOCK_SKEW),
                CannedResponse.of(
                                403,
                                body.formatted("SignatureDoesNotMatch", "Signature expired: a is now earlier than b"))
                        .cause("sqs"));
        assertEquals(
                Optional.empty(),
                CannedResponse.of(400, body.formatted("MalformedQueryString", "x"))
                        .cause("sts"));
    }

    @Test
    void knowsAnExceptionNamedByItsElement() {
        String body = "<AccessDeniedException>\n  <Message>User: arn:aws:sts::1:assumed-role/r/s is not authorized to"
                + " perform: aps:RemoteWrite on resource: w</Message>\n</AccessDeniedException>\n";
        assertEquals(
                Optional.of(Cause.PERMISSION),
                CannedResponse.of(403, body, "x-amzn-RequestId", "R").cause("aps"));
        assertEquals(
                Optional.of(Cause.PERMISSION),
                CannedResponse.of(403, body).cause("aps"),
                "no application stands behind it");
        assertEquals(
                Optional.empty(), CannedResponse.of(403, body).cause("lambda"), "an application may have written it");
    }

    @Test
    void knowsOpenSearchByItsAction() {
        String body = "{\"Message\":\"User: anonymous is not authorized to perform: es:ESHttpPost\"}";
        assertEquals(
                Optional.of(Cause.PERMISSION),
                CannedResponse.of(403, body, "x-amzn-RequestId", "R").cause("es"));
        assertEquals(Optional.of(Cause.PERMISSION), CannedResponse.of(403, body).cause("es"));
        assertEquals(Optional.empty(), CannedResponse.of(403, body).cause("execute-api"));
    }

    @Test
    void anHttpApisBareForbiddenIsKeptFromTheAgentButNotSentAgain() {
        CannedResponse bare = CannedResponse.of(
                403, "{\"message\":\"Forbidden\"}", "apigw-requestid", "R", "Date", "Sun, 01 Mar 2026 12:00:01 GMT");
        assertEquals(Optional.of(Cause.BARE_FORBIDDEN), bare.cause());
        assertEquals(Rejection.Remedy.REFRESH_ONLY, Cause.BARE_FORBIDDEN.remedy());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Sun, 01 Mar 2026 12:05:00 GMT | BARE_FORBIDDEN
            Sun, 01 Mar 2026 12:05:01 GMT | CLOCK_SKEW
            Sun, 01 Mar 2026 11:54:59 GMT | CLOCK_SKEW
            Sun, 01 Mar 2026 11:55:00 GMT | BARE_FORBIDDEN
            """)
    void aBareForbiddenWithTheClockOffIsTheClock(String date, Cause cause) {
        assertEquals(
                Optional.of(cause),
                CannedResponse.of(403, "{\"message\":\"Forbidden\"}", "apigw-requestid", "R", "Date", date)
                        .cause());
    }

    /** The backend's own no, in every disguise. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            403 | {"message":"Forbidden"}
            403 | {"message":"Forbidden","code":17}
            403 | {"message":"The security token included in the request is expired"}
            403 | {"message":"The request signature we calculated does not match the signature you provided."}
            403 | {"message":"User: arn:aws:sts::1:assumed-role/lambda/f is not authorized to perform: dynamodb:PutItem on resource: t"}
            403 | {"message":"Missing Authentication Token"}
            403 | {"error":"ExpiredTokenException"}
            403 | {"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}
            400 | {"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired: a"}
            400 | {"message":"Signature expired: try again"}
            401 | {"message":"Unauthorized"}
            403 | <Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>R</RequestId></Error>
            403 | <html><body>Forbidden</body></html>
            403 | Forbidden
            403 | ``
            400 | out of order sample
            """)
    void leavesTheBackendsOwnNoAlone(int status, String body) {
        assertEquals(Optional.empty(), CannedResponse.of(status, body).cause());
        assertEquals(
                Optional.empty(),
                CannedResponse.of(
                                status,
                                body,
                                "x-amzn-RequestId",
                                "R",
                                "x-amz-apigw-id",
                                "X",
                                "Content-Type",
                                "application/json")
                        .cause());
        assertEquals(
                Optional.empty(),
                CannedResponse.of(status, body, "x-amzn-RequestId", "R").cause("lambda"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"message":"Forbidden","detail":"tenant over quota"}
            {"message":"forbidden"}
            {"message":"Forbidden by policy"}
            [{"message":"Forbidden"}]
            {"message":"Forbidden"} trailing
            {"message":"Forbidden"
            {"message":{"message":"Forbidden"}}
            {"error":"Forbidden"}
            """)
    void aBackendsForbiddenBehindAnHttpApiIsOnlyTakenWhenItIsBare(String body) {
        assertEquals(
                Optional.empty(),
                CannedResponse.of(403, body, "apigw-requestid", "R").cause());
    }

    @Test
    void leavesOtherTypesAlone() {
        for (String type :
                new String[] {"ValidationException", "ThrottlingException", "LimitExceededException", "", "#", ":"}) {
            assertEquals(
                    Optional.empty(),
                    CannedResponse.rest(type, "Signature expired: x").cause(),
                    type);
        }
    }

    @ParameterizedTest
    @CsvSource({"200", "301", "404", "413", "429", "500", "503"})
    void leavesOtherStatusesAlone(int status) {
        CannedResponse answer =
                CannedResponse.rest("ExpiredTokenException", "The security token included in the request is expired");
        assertEquals(Optional.empty(), new CannedResponse(status, answer.headers(), answer.body()).cause());
    }

    @Test
    void theTypeAloneSufficesWithoutABody() {
        assertEquals(
                Optional.of(Cause.EXPIRED_TOKEN),
                CannedResponse.of(403, "", "x-amzn-ErrorType", "ExpiredTokenException")
                        .cause());
    }

    @Test
    void readsACompressedBody() throws Exception {
        CannedResponse plain = CannedResponse.rest("InvalidSignatureException", "Signature expired: x");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain.body());
        }
        plain.headers().put("content-encoding", "gzip");
        assertEquals(
                Optional.of(Cause.CLOCK_SKEW), new CannedResponse(403, plain.headers(), packed.toByteArray()).cause());
    }

    @Test
    void keepsAwssWorkingsOutOfTheMessageAndOutOfSight() {
        String canonical =
                "POST\n/prod/x\n\nhost:h\nx-amz-security-token:canary+token/1==\n\nhost;x-amz-security-token\nabc";
        Rejection rejection = CannedResponse.rest(
                        "InvalidSignatureException",
                        "The request signature we calculated does not match the signature you provided. Check your key.\n\n"
                                + "The Canonical String for this request should have been\n'" + canonical
                                + "'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260301T120000Z\n"
                                + "20260301/us-east-1/execute-api/aws4_request\nfeed'\n")
                .classify("execute-api")
                .orElseThrow();
        assertEquals(canonical, rejection.workings().canonicalRequest());
        assertTrue(rejection.workings().stringToSign().endsWith("\nfeed"));
        assertFalse(rejection.toString().contains("canary"), rejection.toString());
    }
}
