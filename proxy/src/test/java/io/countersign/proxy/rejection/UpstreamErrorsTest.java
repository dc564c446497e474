package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.rejection.Rejection.Cause;
import io.countersign.proxy.secrets.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One response of each service for each thing that can be wrong, in the form that the service gives it. */
class UpstreamErrorsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            es | {"message":"The security token included in the request is expired"} | EXPIRED_TOKEN
            es | {"message":"The security token included in the request is invalid"} | INVALID_TOKEN
            es | {"message":"The security token included in the request is invalid."} | INVALID_TOKEN
            es | {"message":"Credential should be scoped to a valid region, not 'x'. "} | WRONG_SCOPE
            es | {"message":"The request signature we calculated does not match the signature you provided."} | SIGNATURE_MISMATCH
            es | {"message":"Signature expired: 20260301T120000Z is now earlier than 20260301T121000Z"} | CLOCK_SKEW
            es | {"Message":"User: anonymous is not authorized to perform: es:ESHttpPost"} | PERMISSION
            es | {"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"}],"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"},"status":403} | PERMISSION
            es | {"error":{"type":"cluster_block_exception","reason":"index [x] blocked by: [FORBIDDEN/12/index read-only]"},"status":403} | FORBIDDEN
            aoss | {"status":403,"error":{"reason":"403 Forbidden","type":"Forbidden"}} | FORBIDDEN
            osis | The security token included in the request is expired | EXPIRED_TOKEN
            osis | User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: osis:Ingest on resource: p | PERMISSION
            neptune-db | {"code":"AccessDeniedException","requestId":"1","detailedMessage":"The security token included in the request is expired"} | EXPIRED_TOKEN
            neptune-db | {"code":"AccessDeniedException","requestId":"1","detailedMessage":"Missing Authentication Token"} | MISSING_AUTHENTICATION
            appsync | {"errors":[{"errorType":"AccessDeniedException","message":"The security token included in the request is expired"}]} | EXPIRED_TOKEN
            vpc-lattice-svcs | AccessDeniedException: User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: vpc-lattice-svcs:Invoke on resource: arn:aws:vpc-lattice:us-west-2:1:service/svc-1/ because no service-based policy allows the vpc-lattice-svcs:Invoke action | PERMISSION
            aps | <AccessDeniedException><Message>User: x is not authorized to perform: aps:RemoteWrite</Message></AccessDeniedException> | PERMISSION
            logs | {"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid."} | INVALID_TOKEN
            kinesis | {"__type":"AccessDeniedException","Message":"User: x is not authorized to perform: kinesis:PutRecord"} | PERMISSION
            sqs | {"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The security token included in the request is expired"} | EXPIRED_TOKEN
            monitoring | <ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error><RequestId>r</RequestId></ErrorResponse> | INVALID_TOKEN
            s3 | <Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>1</RequestId></Error> | PERMISSION
            """)
    void aRejectionIsKnownInEachServicesForm(String service, String body, Cause cause) {
        UpstreamError error = error(403, body, service);

        assertEquals(
                cause,
                assertInstanceOf(UpstreamError.Rejected.class, error).rejection().cause());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            logs | 400 | {"__type":"ThrottlingException","message":"Rate exceeded"}
            kinesis | 400 | {"__type":"ProvisionedThroughputExceededException","message":"Rate exceeded for shard"}
            dynamodb | 400 | {"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"x"}
            sqs | 403 | <ErrorResponse><Error><Code>RequestThrottled</Code><Message>x</Message></Error><RequestId>r</RequestId></ErrorResponse>
            monitoring | 400 | <ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>
            s3 | 503 | <Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>1</RequestId></Error>
            osis | 400 | Rate exceeded
            aps | 429 | {"message":"Ingestion rate exceeded"}
            aps | 429 | {"message":"ingestion rate limit (140000) exceeded while adding 500 samples and 0 metadata"}
            aps | 400 | {"message":"ingestion rate limit (140000) exceeded while adding 500 samples and 0 metadata"}
            execute-api | 429 | {"message":"Too Many Requests"}
            execute-api | 429 | anything
            lambda | 429 | {"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}
            es | 429 | {"error":{"type":"es_rejected_execution_exception","reason":"rejected execution"},"status":429}
            """)
    void throttlingIsKnownWhateverItsStatus(String service, int status, String body) {
        assertInstanceOf(UpstreamError.Throttled.class, error(status, body, service));
    }

    @Test
    void throttlingNamedByTheHeaderCountsBehindApplicationsToo() {
        assertInstanceOf(
                UpstreamError.Throttled.class,
                error(400, "{}", "execute-api", "x-amzn-ErrorType", "ThrottlingException:http://x"));
        assertInstanceOf(
                UpstreamError.Throttled.class, error(400, "", "monitoring", "x-amzn-query-error", "Throttling;Sender"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            429 | {"message":"per-user series limit of 2000000 exceeded, please contact administrator to raise it"}
            400 | per-user series limit of 2000000 exceeded, please contact administrator to raise it
            429 | {"message":"per-metric series limit of 2000000 exceeded, please contact administrator to raise it"}
            429 | {"message":"per-user metric metadata limit of 8000 exceeded"}
            429 | {"message":"The active series limit for the workspace was exceeded"}
            400 | {"message":"series has too many labels (71), series: 'a'"}
            """)
    void aSeriesLimitIsToldFromARateLimit(int status, String body) {
        assertInstanceOf(UpstreamError.OverLimit.class, error(status, body, "aps"));
        assertTrue(!(error(status, body, "execute-api") instanceof UpstreamError.OverLimit), "of no other service");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            execute-api | {"message":"Internal server error"}
            execute-api | {"message": "Internal Server Error"}
            lambda | {"Message":"Internal Server Error"}
            aps | anything
            es | {"error":{"type":"exception","reason":"x"},"status":500}
            """)
    void theServicesOwnFailureIsToldFromTheApplications(String service, String body) {
        assertInstanceOf(UpstreamError.ServiceFault.class, error(500, body, service));
    }

    @Test
    void aFailureWithAwssTypeIsTheServicesEverywhere() {
        assertInstanceOf(
                UpstreamError.ServiceFault.class,
                error(500, "{\"message\":\"x\"}", "execute-api", "x-amzn-ErrorType", "InternalServerErrorException"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            execute-api | 500 | {"message":"Internal server error","trace":"x"}
            execute-api | 500 | boom
            execute-api | 400 | {"__type":"ThrottlingException","message":"Rate exceeded"}
            execute-api | 400 | {"message":"Rate exceeded"}
            execute-api | 403 | {"message":"The security token included in the request is expired"}
            execute-api | 401 | {"message":"Unauthorized"}
            lambda | 403 | {"code":"AccessDeniedException","detailedMessage":"Missing Authentication Token"}
            vpc-lattice-svcs | 403 | User: x is not authorized to perform: dynamodb:PutItem on resource: t
            vpc-lattice-svcs | 403 | Forbidden
            aps | 400 | out of order sample
            es | 400 | {"error":{"type":"mapper_parsing_exception","reason":"failed to parse"},"status":400}
            logs | 400 | {"__type":"InvalidParameterException","message":"Log event too large"}
            kinesis | 400 | {"__type":"ValidationException","message":"1 validation error detected"}
            """)
    void aVerdictOfWhoeverIsBehindPasses(String service, int status, String body) {
        assertInstanceOf(UpstreamError.Verdict.class, error(status, body, service));
    }

    @Test
    void aBodyThatLiesAboutItsEncodingIsReadAllTheSame() throws IOException {
        String body = "{\"message\":\"The security token included in the request is expired\"}";
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body.getBytes(UTF_8));
        }
        for (String encoding : List.of("gzip", "deflate", "br", "identity", "")) {
            Map<String, String> header = Map.of("content-encoding", encoding);
            for (byte[] bytes : List.of(body.getBytes(UTF_8), packed.toByteArray())) {
                assertInstanceOf(
                        UpstreamError.Rejected.class,
                        UpstreamErrors.of(
                                new UpstreamErrors.Received(403, header::get, bytes, true),
                                "es",
                                Answer.SIGNED_AT,
                                Secrets.NONE),
                        encoding);
            }
        }
    }

    @Test
    void aServiceWithoutARowIsTakenForOneWithoutAnApplication() {
        assertTrue(!AwsService.isKnown("timestream"));
        assertInstanceOf(
                UpstreamError.Rejected.class,
                error(403, "{\"message\":\"The security token included in the request is expired\"}", "timestream"));
    }

    private static UpstreamError error(int status, String body, String service, String... headers) {
        Answer answer = Answer.of(status, body, headers);
        return UpstreamErrors.of(
                new UpstreamErrors.Received(status, answer.headers()::get, answer.body(), true),
                service,
                Answer.SIGNED_AT,
                Secrets.NONE);
    }
}
