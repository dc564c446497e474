package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.aws.AwsServices;
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
            es | {"error":{"message":"The security token included in the request is expired"}} | EXPIRED_TOKEN
            es | {"message":"The security token included in the request is invalid."} | INVALID_TOKEN
            es | {"message":"Credential should be scoped to a valid region, not 'x'. "} | WRONG_SCOPE
            es | {"message":"The request signature we calculated does not match the signature you provided."} | SIGNATURE_MISMATCH
            es | {"message":"Signature expired: 20260301T120000Z is now earlier than 20260301T121000Z"} | CLOCK_SKEW
            es | {"Message":"User: anonymous is not authorized to perform: es:ESHttpPost"} | PERMISSION
            es | {"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"}],"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"},"status":403} | PERMISSION
            es | {"error":{"type":"cluster_block_exception","reason":"index [x] blocked by: [FORBIDDEN/12/index read-only]"},"status":403} | FORBIDDEN
            aoss | {"status":403,"error":{"reason":"403 Forbidden","type":"Forbidden"}} | BARE_FORBIDDEN
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
            s3 | <Error><Code>AccessDenied</Code><Message>Request has expired</Message><Expires>x</Expires><RequestId>1</RequestId></Error> | CLOCK_SKEW
            s3 | <Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message><RequestId>1</RequestId></Error> | UNKNOWN_KEY
            aps | {"message":"Missing Authentication Token"} | MISSING_AUTHENTICATION
            aps | {"Message":"User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: aps:RemoteWrite on resource: arn:aws:aps:us-east-1:1:workspace/ws-1"} | PERMISSION
            es | Forbidden | BARE_FORBIDDEN
            es | <html><body>403 Forbidden</body></html> | BARE_FORBIDDEN
            osis | anything | BARE_FORBIDDEN
            es | {"error":{"root_cause":[{"type":"index_create_block_exception","reason":"blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];"}],"type":"index_create_block_exception","reason":"blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];"},"status":403} | FORBIDDEN
            vpc-lattice-svcs | IncompleteSignatureException: 'x-amz-security-token' is named as a SignedHeader, but it does not exist in the HTTP request. | INCOMPLETE_SIGNATURE
            neptune-db | {"detailedMessage":"User: arn:aws:iam::1:user/u is not authorized to perform: neptune-db:GetGraphSummary on resource: arn:aws:neptune-db:us-east-1:1:cluster-1/*","requestId":"1","code":"AccessDeniedException"} | PERMISSION
            appsync | {"errors":[{"errorType":"UnauthorizedException","message":"Permission denied"}]} | PERMISSION
            appsync | {"errors":[{"errorType":"UnauthorizedException","message":"Valid authorization header not provided."}]} | MISSING_AUTHENTICATION
            appsync | {"errors":[{"errorType":"UnauthorizedException","message":"Unable to parse JWT token."}]} | AUTHORIZER
            appsync | {"errors":[{"errorType":"IncompleteSignatureException","message":"'accept' is named as a SignedHeader, but it does not exist in the HTTP request."}]} | INCOMPLETE_SIGNATURE
            kinesis | {"__type":"KMSDisabledException","message":"arn:aws:kms:us-east-1:1:key/k is disabled."} | PERMISSION
            sqs | <ErrorResponse><Error><Code>KMS.DisabledException</Code><Message>x</Message></Error><RequestId>r</RequestId></ErrorResponse> | PERMISSION
            sts | <ErrorResponse><Error><Code>RegionDisabledException</Code><Message>STS is not activated in this region</Message></Error><RequestId>r</RequestId></ErrorResponse> | PERMISSION
            xray | {"message":"The OTLP API is supported with CloudWatch Logs as a Trace Segment Destination."} | PERMISSION
            """)
    void aRejectionIsKnownInEachServicesForm(String service, String body, Cause cause) {
        UpstreamError error = error(403, body, service);

        assertEquals(
                cause,
                assertInstanceOf(UpstreamError.Rejected.class, error)
                        .rejection()
                        .cause());
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
            es | 429 | 429 Too Many Requests /_bulk
            aps | 429 | ingestion rate limit (6666.666666666667) exceeded while adding 499 samples and 0 metadata
            aps | 429 | {"message":"Rate exceeded"}
            aps | 400 | ingestion burst size limit (1000000) exceeded
            neptune-db | 500 | {"code":"ThrottlingException","requestId":"1","detailedMessage":"Rate of requests exceeds the maximum throughput."}
            neptune-db | 429 | {"code":"TooManyRequestsException","requestId":"1","detailedMessage":"x"}
            kinesis | 400 | {"__type":"KMSThrottlingException","message":"x"}
            sqs | 400 | {"__type":"com.amazonaws.sqs#KmsThrottled","message":"x"}
            sqs | 403 | <ErrorResponse><Error><Code>OverLimit</Code><Message>Too many messages in flight</Message></Error><RequestId>r</RequestId></ErrorResponse>
            dynamodb | 400 | {"__type":"com.amazonaws.dynamodb.v20120810#RequestLimitExceeded","message":"x"}
            xray | 429 | {"message":"x"}
            bedrock | 429 | {"message":"Too many requests, please wait before trying again."}
            osis | 429 | {"message":"x"}
            vpc-lattice-svcs | 429 | anything
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
            429 | user=1_ws-1: per-user series limit (local limit: 0 global limit: 3000000 actual local limit: 500000) exceeded
            400 | maxFailure (quorum) on a given error family, rpc error: code = Code(400) desc = addr=10.1.41.23:9095 state=ACTIVE zone=us-east-1a, rpc error: code = Code(400) desc = user=1_ws-1: per-user series limit of 10000000 exceeded, Capacity from 2,000,000 to 10,000,000 is automatically adjusted based on the last 30 min of usage. If throttled above 10,000,000 or in case of incoming surges, please contact administrator to raise it. (local limit: 0 global limit: 10000000 actual local limit: 92879)
            400 | per-labelset series limit of 1000 exceeded (labelSet: {env="x"}, local limit: 0 global limit: 1000 actual)
            400 | per-metric metadata limit of 10 exceeded, please contact administrator to raise it
            400 | too many HA clusters (limit: 500)
            400 | {"message":"series has too many labels (71), series: 'a'"}
            """)
    void aSeriesLimitIsToldFromARateLimit(int status, String body) {
        assertInstanceOf(UpstreamError.OverLimit.class, error(status, body, "aps"));
        assertTrue(!(error(status, body, "execute-api") instanceof UpstreamError.OverLimit), "of no other service");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            es | 400 | {"error":{"type":"validation_exception","reason":"Validation Failed: 1: this action would add [2] total shards, but this cluster currently has [1000]/[1000] maximum shards open;"},"status":400}
            es | 400 | {"error":{"type":"validation_exception","reason":"Validation Failed: 1: this action would add [2] shards, but this cluster currently has [1000]/[1000] maximum normal shards open;"},"status":400}
            aoss | 402 | {"error":{"type":"service_quota_exceeded_exception","reason":"maximum OCU capacity reached"},"status":402}
            aoss | 402 | {"status":402,"error":{"reason":"402 Payment Required"}}
            logs | 400 | {"__type":"LimitExceededException","message":"Resource limit exceeded."}
            """)
    void aLimitThatWaitingDoesNotLiftIsToldFromThrottling(String service, int status, String body) {
        assertTrue(UpstreamErrors.mustBeRead(status));
        assertInstanceOf(UpstreamError.OverLimit.class, error(status, body, service));
    }

    @Test
    void aTimeoutOfS3IsNoFaultOfTheRequest() {
        String body =
                "<Error><Code>RequestTimeout</Code><Message>Your socket connection to the server was not read from or"
                        + " written to within the timeout period.</Message><RequestId>1</RequestId></Error>";

        assertInstanceOf(UpstreamError.ServiceFault.class, error(400, body, "s3"));
        assertInstanceOf(UpstreamError.Verdict.class, error(400, body, "execute-api"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            403 | ForbiddenException | Forbidden | FORBIDDEN
            403 | AccessDeniedException | User is not authorized to access this resource with an explicit deny | AUTHORIZER
            401 | UnauthorizedException | Unauthorized | AUTHORIZER
            403 | MissingAuthenticationTokenException | Missing Authentication Token | MISSING_AUTHENTICATION
            401 | ExpiredTokenException | The API's own words, by a gateway response | EXPIRED_TOKEN
            """)
    void apiGatewaysWordIsItsHeader(int status, String type, String message, Cause cause) {
        CannedResponse answer =
                CannedResponse.of(status, "{\"message\":\"" + message + "\"}", "x-amzn-ErrorType", type);

        assertEquals(cause, rejection(answer, "execute-api").cause());
    }

    @ParameterizedTest
    @CsvSource({
        "GoneException, 410",
        "PayloadTooLargeException, 413",
    })
    void whatWebSocketApisSayOfAConnectionPasses(String type, int status) {
        assertInstanceOf(UpstreamError.Verdict.class, error(status, "{}", "execute-api", "x-amzn-ErrorType", type));
        assertInstanceOf(
                UpstreamError.Throttled.class,
                error(429, "{}", "execute-api", "x-amzn-ErrorType", "LimitExceededException"));
    }

    @Test
    void aFunctionUrlsRefusalIsPermission() {
        String body =
                "{\"Message\":\"Forbidden. For troubleshooting Function URL authorization issues, see: https://x\"}";

        assertEquals(
                Cause.PERMISSION,
                rejection(CannedResponse.of(403, body, "x-amzn-ErrorType", "AccessDeniedException"), "lambda")
                        .cause());
        assertInstanceOf(UpstreamError.Verdict.class, error(403, body, "lambda"));
    }

    @Test
    void theOlderProtocolsCodeInAHeaderCounts() {
        CannedResponse answer = CannedResponse.of(
                400,
                "{\"__type\":\"x#InvalidClientTokenIdFault\"}",
                "x-amzn-query-error",
                "InvalidClientTokenId;Sender");

        assertEquals(Cause.UNKNOWN_KEY, rejection(answer, "sqs").cause());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            execute-api | {"message":"Internal server error"}
            execute-api | {"message": "Internal Server Error"}
            lambda | {"Message":"Internal Server Error"}
            aps | anything
            es | {"error":{"type":"exception","reason":"x"},"status":500}
            s3 | <Error><Code>InternalError</Code><Message>We encountered an internal error.</Message><RequestId>1</RequestId></Error>
            neptune-db | {"code":"MemoryLimitExceededException","requestId":"1","detailedMessage":"x"}
            aoss | {"status":500}
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
            execute-api | 400 | {"message":"Bad Request"}
            execute-api | 403 | {"message":"User is not authorized to access this resource"}
            execute-api | 404 | {"message":"Not Found"}
            execute-api | 410 | {"message":"Gone"}
            execute-api | 403 | ExpiredTokenException: The security token included in the request is expired
            vpc-lattice-svcs | 403 | {"message":"ExpiredTokenException: The security token included in the request is expired"}
            vpc-lattice-svcs | 403 | AccessDeniedException: User: x is not authorized to perform: dynamodb:PutItem on resource: t
            vpc-lattice-svcs | 403 | ForbiddenException: not today
            vpc-lattice-svcs | 403 | The security token included in the request is expired
            vpc-lattice-svcs | 500 | {"message":"boom"}
            lambda | 401 | {"message":"Unauthorized"}
            lambda | 400 | {"message":"The security token included in the request is expired"}
            logs | 400 | {"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}
            es | 404 | {"error":{"type":"index_not_found_exception","reason":"no such index"},"status":404}
            aps | 413 | response larger than the max (181673024 vs 52428800)
            bedrock | 402 | {"message":"x"}
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
                                CannedResponse.SIGNED_AT,
                                Secrets.NONE),
                        encoding);
            }
        }
    }

    @Test
    void aServiceWithoutARowIsTakenForOneWithoutAnApplication() {
        assertTrue(!AwsServices.isKnown("unheard-of"));
        assertInstanceOf(
                UpstreamError.Rejected.class,
                error(403, "{\"message\":\"The security token included in the request is expired\"}", "unheard-of"));
    }

    private static UpstreamError error(int status, String body, String service, String... headers) {
        return error(CannedResponse.of(status, body, headers), service);
    }

    static UpstreamError error(CannedResponse answer, String service) {
        return UpstreamErrors.of(
                new UpstreamErrors.Received(answer.status(), answer.headers()::get, answer.body(), true),
                service,
                CannedResponse.SIGNED_AT,
                Secrets.NONE);
    }

    static Rejection rejection(CannedResponse answer, String service) {
        return assertInstanceOf(UpstreamError.Rejected.class, error(answer, service))
                .rejection();
    }
}
