package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.proxy.rejection.Rejection.Cause;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The forms in which services say no; docs/SERVICES.md names them the same. */
enum ErrorForm {
    /** API Gateway's REST APIs, function URLs, and services of the restJson protocol. */
    ERROR_TYPE_HEADER {
        @Override
        CannedResponse answer(Kind kind, String service) {
            return CannedResponse.of(
                    kind.status(403),
                    "{\"message\":\"" + kind.message(service) + "\"}",
                    "x-amzn-ErrorType",
                    kind.exception() + ":http://internal.amazon.com/coral/com.amazon.coral.service/");
        }
    },
    /** awsJson 1.0 and 1.1. */
    JSON {
        @Override
        CannedResponse answer(Kind kind, String service) {
            return CannedResponse.of(
                    kind.status(400),
                    "{\"__type\":\"com.amazon.coral.service#" + kind.exception() + "\",\"message\":\""
                            + kind.message(service) + "\"}",
                    "x-amzn-RequestId",
                    "r");
        }
    },
    /** Smithy's rpc-v2-cbor, and Kinesis' x-amz-cbor-1.1. */
    CBOR {
        @Override
        CannedResponse answer(Kind kind, String service) {
            byte[] body = join(
                    new byte[] {(byte) 0xbf},
                    cborText("__type"),
                    cborText("com.amazon.coral.service#" + kind.exception()),
                    cborText("message"),
                    cborText(kind.message(service)),
                    new byte[] {(byte) 0xff});
            return new CannedResponse(kind.status(400), new HashMap<>(Map.of("smithy-protocol", "rpc-v2-cbor")), body);
        }
    },
    /** The Query protocol. */
    QUERY_XML {
        @Override
        CannedResponse answer(Kind kind, String service) {
            return CannedResponse.of(
                    kind.status(403),
                    "<ErrorResponse xmlns=\"https://x/\"><Error><Type>Sender</Type><Code>" + kind.queryCode()
                            + "</Code><Message>" + kind.message(service)
                            + "</Message></Error><RequestId>r</RequestId></ErrorResponse>");
        }
    },
    S3_XML {
        @Override
        CannedResponse answer(Kind kind, String service) {
            String message = switch (kind) {
                case UNKNOWN_KEY -> "The AWS Access Key Id you provided does not exist in our records.";
                case CLOCK -> "The difference between the request time and the current time is too large.";
                case MISSING_AUTHENTICATION -> "Access Denied";
                case SCOPE -> "The authorization header is malformed; the region 'a' is wrong; expecting 'b'";
                default -> kind.message(service);
            };
            return CannedResponse.of(
                    kind.status(403),
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + kind.s3Code() + "</Code><Message>"
                            + message + "</Message><RequestId>r</RequestId><HostId>h</HostId></Error>",
                    "x-amz-request-id",
                    "r");
        }

        @Override
        Cause cause(Kind kind) {
            return switch (kind) {
                case UNKNOWN_KEY -> Cause.UNKNOWN_KEY;
                // An unsigned request is an anonymous one, which may not.
                case MISSING_AUTHENTICATION -> Cause.PERMISSION;
                default -> super.cause(kind);
            };
        }
    },
    /** JSON with a message and no type. */
    MESSAGE_ONLY {
        @Override
        CannedResponse answer(Kind kind, String service) {
            return CannedResponse.of(kind.status(403), "{\"message\":\"" + kind.message(service) + "\"}");
        }
    },
    NEPTUNE_JSON {
        @Override
        CannedResponse answer(Kind kind, String service) {
            String code = switch (kind) {
                case THROTTLED, FAULT -> kind.exception();
                default -> "AccessDeniedException";
            };
            return CannedResponse.of(
                    kind == Kind.THROTTLED ? 500 : kind.status(403),
                    "{\"code\":\"" + code + "\",\"requestId\":\"r\",\"detailedMessage\":\"" + kind.message(service)
                            + "\"}");
        }
    },
    APPSYNC_JSON {
        @Override
        CannedResponse answer(Kind kind, String service) {
            return CannedResponse.of(
                    kind.status(403),
                    "{\n  \"errors\" : [ {\n    \"errorType\" : \"" + kind.exception() + "\",\n    \"message\" : \""
                            + kind.message(service) + "\"\n  } ]\n}");
        }
    },
    /** As OpenAI's API has it, whose clients read it; the type is not one of AWS's. */
    OPENAI_JSON {
        @Override
        CannedResponse answer(Kind kind, String service) {
            return CannedResponse.of(
                    kind.status(403),
                    "{\"error\":{\"code\":null,\"message\":\"" + kind.message(service)
                            + "\",\"param\":null,\"type\":\"permission_denied\"}}");
        }
    },
    /** VPC Lattice's line of text. */
    TYPED_LINE {
        @Override
        CannedResponse answer(Kind kind, String service) {
            return CannedResponse.of(kind.status(403), kind.exception() + ": " + kind.message(service));
        }

        @Override
        Cause cause(Kind kind) {
            return switch (kind) {
                case EXPIRED_TOKEN, INVALID_TOKEN, UNKNOWN_KEY, SIGNATURE, CLOCK -> Cause.BARE_FORBIDDEN;
                default -> super.cause(kind);
            };
        }
    },
    /** {@code google.rpc.Status} in protobuf. */
    OTLP_STATUS {
        @Override
        CannedResponse answer(Kind kind, String service) {
            byte[] message = kind.message(service).getBytes(UTF_8);
            byte[] body = join(new byte[] {0x08, 7, 0x12}, varint(message.length), message);
            return new CannedResponse(
                    kind.status(kind == Kind.THROTTLED ? 429 : 403),
                    new HashMap<>(Map.of("content-type", "application/x-protobuf")),
                    body);
        }
    },
    /** An HTTP API's and OpenSearch Serverless' "Forbidden", whatever was wrong. */
    BARE_FORBIDDEN {
        @Override
        CannedResponse answer(Kind kind, String service) {
            boolean serverless = service.equals("aoss");
            return switch (kind) {
                case THROTTLED -> CannedResponse.of(429, "{\"message\":\"Too Many Requests\"}", "apigw-requestid", "r");
                case FAULT -> CannedResponse.of(500, "{\"message\":\"Internal Server Error\"}", "apigw-requestid", "r");
                default ->
                    serverless
                            ? CannedResponse.of(
                                    403,
                                    "{\"status\":403,\"request-id\":\"r\",\"error\":{\"reason\":\"403 Forbidden\","
                                            + "\"type\":\"Forbidden\"}}",
                                    "x-aoss-response-hint",
                                    "X01:gw-helper-deny")
                            : CannedResponse.of(403, "{\"message\":\"Forbidden\"}", "apigw-requestid", "r");
            };
        }

        @Override
        Cause cause(Kind kind) {
            return Cause.BARE_FORBIDDEN;
        }
    };

    abstract CannedResponse answer(Kind kind, String service);

    /** What a rejection of that kind comes down to. */
    Cause cause(Kind kind) {
        return kind.cause;
    }

    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What can be wrong with a request, or with the service. */
    enum Kind {
        EXPIRED_TOKEN(Cause.EXPIRED_TOKEN, "ExpiredTokenException", "ExpiredToken", "ExpiredToken"),
        INVALID_TOKEN(Cause.INVALID_TOKEN, "UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken"),
        /** Most services have the same words for a key that they don't know and a token that they can't read. */
        UNKNOWN_KEY(Cause.INVALID_TOKEN, "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"),
        SIGNATURE(
                Cause.SIGNATURE_MISMATCH,
                "InvalidSignatureException",
                "SignatureDoesNotMatch",
                "SignatureDoesNotMatch"),
        CLOCK(Cause.CLOCK_SKEW, "InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"),
        SCOPE(Cause.WRONG_SCOPE, "InvalidSignatureException", "SignatureDoesNotMatch", "AuthorizationHeaderMalformed"),
        MISSING_AUTHENTICATION(
                Cause.MISSING_AUTHENTICATION,
                "MissingAuthenticationTokenException",
                "MissingAuthenticationToken",
                "AccessDenied"),
        INCOMPLETE(
                Cause.INCOMPLETE_SIGNATURE,
                "IncompleteSignatureException",
                "IncompleteSignature",
                "MissingSecurityHeader"),
        PERMISSION(Cause.PERMISSION, "AccessDeniedException", "AccessDenied", "AccessDenied"),
        THROTTLED(null, "ThrottlingException", "Throttling", "SlowDown"),
        FAULT(null, "InternalFailureException", "InternalFailure", "InternalError");

        private final Cause cause;
        private final String exception;
        private final String queryCode;
        private final String s3Code;

        Kind(Cause cause, String exception, String queryCode, String s3Code) {
            this.cause = cause;
            this.exception = exception;
            this.queryCode = queryCode;
            this.s3Code = s3Code;
        }

        boolean isRejection() {
            return cause != null;
        }

        String exception() {
            return exception;
        }

        String queryCode() {
            return queryCode;
        }

        String s3Code() {
            return s3Code;
        }

        int status(int usual) {
            return switch (this) {
                case THROTTLED -> usual == 400 || usual == 429 ? usual : 429;
                case FAULT -> 500;
                default -> usual;
            };
        }

        String message(String service) {
            return switch (this) {
                case EXPIRED_TOKEN -> "The security token included in the request is expired";
                case INVALID_TOKEN, UNKNOWN_KEY -> "The security token included in the request is invalid.";
                case SIGNATURE -> "The request signature we calculated does not match the signature you provided.";
                case CLOCK ->
                    "Signature expired: 20260301T114000Z is now earlier than 20260301T115500Z (20260301T120000Z - 5"
                            + " min.)";
                case SCOPE -> "Credential should be scoped to a valid region, not 'us-east-9'. ";
                case MISSING_AUTHENTICATION -> "Missing Authentication Token";
                case INCOMPLETE ->
                    "'x-amz-security-token' is named as a SignedHeader, but it does not exist in the HTTP request.";
                case PERMISSION ->
                    "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: " + service
                            + (service.equals("vpc-lattice-svcs") ? ":Invoke" : ":Write") + " on resource: arn:aws:x";
                case THROTTLED -> "Rate exceeded";
                case FAULT -> "Internal failure";
            };
        }
    }

    private static byte[] cborText(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return join(new byte[] {0x79, (byte) (bytes.length >> 8), (byte) bytes.length}, bytes);
    }

    private static byte[] varint(int value) {
        return value < 128
                ? new byte[] {(byte) value}
                : new byte[] {(byte) ((value & 0x7f) | 0x80), (byte) (value >> 7)};
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
