package io.countersign.standin.verify;

import io.countersign.standin.upload.UploadException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Why a request is turned away, under the names that API Gateway and S3 give it. */
public enum RejectionType {
    MISSING_AUTHENTICATION_TOKEN(
            "MissingAuthenticationTokenException", "AccessDenied", 403, "Missing Authentication Token"),
    INCOMPLETE_SIGNATURE(
            "IncompleteSignatureException",
            "AuthorizationHeaderMalformed",
            400,
            "Authorization header requires 'Signature' parameter."),
    SCOPE(
            "InvalidSignatureException",
            "AuthorizationHeaderMalformed",
            400,
            "Credential should be scoped to a valid region. "),
    SIGNATURE_EXPIRED("InvalidSignatureException", "RequestTimeTooSkewed", 403, "Signature expired"),
    SIGNATURE_NOT_YET_CURRENT("InvalidSignatureException", "RequestTimeTooSkewed", 403, "Signature not yet current"),
    INVALID_SIGNATURE(
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            403,
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret"
                    + " Access Key and signing method. Consult the service documentation for details."),
    PAYLOAD_MISMATCH(
            "InvalidSignatureException",
            "XAmzContentSHA256Mismatch",
            400,
            "The provided 'x-amz-content-sha256' header does not match what was computed."),
    UNRECOGNIZED_CLIENT(
            "UnrecognizedClientException",
            "InvalidAccessKeyId",
            403,
            "The security token included in the request is invalid."),
    EXPIRED_TOKEN(
            "ExpiredTokenException", "ExpiredToken", 400, "The security token included in the request is expired"),
    ACCESS_DENIED(
            "AccessDeniedException",
            "AccessDenied",
            403,
            "User: arn:aws:iam::123456789012:user/standin is not authorized to perform: execute-api:Invoke on resource:"
                    + " arn:aws:execute-api:us-east-1:********9012:standin/prod/POST/"),
    FORBIDDEN("ForbiddenException", "AccessDenied", 403, "Forbidden"),
    INCOMPLETE_BODY("IncompleteBody", "IncompleteBody", 400, "The request body terminated unexpectedly"),
    CHUNK_SIZE(
            "InvalidChunkSizeError",
            "InvalidChunkSizeError",
            403,
            "Only the last chunk is allowed to have a size less than 8192 bytes"),
    MALFORMED_TRAILER(
            "MalformedTrailerError",
            "MalformedTrailerError",
            400,
            "The request contained trailing data that was not well-formed or did not conform to our published schema."),
    BAD_DIGEST("BadDigest", "BadDigest", 400, "The CRC32 you specified did not match the calculated checksum."),
    INVALID_REQUEST("InvalidRequest", "InvalidRequest", 400, "The request is not valid.");

    private final String awsName;
    private final String s3Code;
    private final int s3Status;
    private final String usualMessage;

    RejectionType(String awsName, String s3Code, int s3Status, String usualMessage) {
        this.awsName = awsName;
        this.s3Code = s3Code;
        this.s3Status = s3Status;
        this.usualMessage = usualMessage;
    }

    /** The value of {@code x-amzn-ErrorType} and, with a namespace before it, of {@code __type}. */
    public String awsName() {
        return awsName;
    }

    String s3Code() {
        return s3Code;
    }

    int s3Status() {
        return s3Status;
    }

    public String usualMessage() {
        return usualMessage;
    }

    static RejectionType of(UploadException.Kind kind) {
        return switch (kind) {
            case HEAD -> INVALID_REQUEST;
            case INCOMPLETE -> INCOMPLETE_BODY;
            case CHUNK_SIZE -> CHUNK_SIZE;
            case SIGNATURE -> INVALID_SIGNATURE;
            case TRAILER -> MALFORMED_TRAILER;
            case DIGEST -> BAD_DIGEST;
        };
    }

    /** All that {@link #named} knows, each once. */
    public static List<String> names() {
        return Arrays.stream(values())
                .map(type ->
                        named(type.awsName).filter(first -> first == type).isPresent() ? type.awsName : type.name())
                .toList();
    }

    /**
     * The type by its AWS name ({@code ExpiredTokenException}) or, where several share one, by its name here
     * ({@code SIGNATURE_EXPIRED}).
     */
    public static Optional<RejectionType> named(String name) {
        if (name.equals(INVALID_SIGNATURE.awsName)) {
            return Optional.of(INVALID_SIGNATURE);
        }
        return Arrays.stream(values())
                .filter(type -> type.awsName.equals(name) || type.name().equals(name))
                .findFirst();
    }
}
