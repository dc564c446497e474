package io.countersign.proxy.rejection;

import io.countersign.proxy.rejection.Rejection.Cause;
import java.util.Optional;

/**
 * The cause that an error type and its message come down to. The message decides wherever one type stands for several:
 * {@code InvalidSignatureException} is also a skewed clock or a wrong scope, {@code AccessDeniedException} also a bad
 * token or a Lambda authorizer. Types as in the AWS pages "Common errors", "Gateway response types" of API Gateway and
 * "Error responses" of S3.
 */
final class Causes {
    private Causes() {}

    /** Empty for types that say nothing about who signed how. */
    static Optional<Cause> of(String type, String originalMessage) {
        String message = RejectionClassifier.folded(originalMessage);
        return Optional.ofNullable(
                switch (type) {
                    case "ExpiredTokenException", "ExpiredToken", "TokenRefreshRequired" -> Cause.EXPIRED_TOKEN;
                    case "InvalidToken", "InvalidTokenException" -> Cause.INVALID_TOKEN;
                    case "InvalidSignatureException", "InvalidSignature", "SignatureDoesNotMatch" -> signature(message);
                    case "XAmzContentSHA256Mismatch" -> Cause.SIGNATURE_MISMATCH;
                    case "RequestTimeTooSkewed",
                            "RequestTimeTooSkewedException",
                            "RequestExpired",
                            "RequestExpiredException",
                            "RequestInTheFutureException" -> Cause.CLOCK_SKEW;
                    case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidClientTokenIdException" ->
                        key(message);
                    case "InvalidAccessKeyId", "InvalidAccessKeyIdException", "AuthFailure", "NotSignedUp" ->
                        Cause.UNKNOWN_KEY;
                    case "AuthorizationHeaderMalformed" ->
                        scope(message) ? Cause.WRONG_SCOPE : Cause.INCOMPLETE_SIGNATURE;
                    case "IncompleteSignatureException",
                            "IncompleteSignature",
                            "AuthorizationQueryParametersError",
                            "MissingSecurityHeader" -> Cause.INCOMPLETE_SIGNATURE;
                    case "MissingAuthenticationTokenException", "MissingAuthenticationToken" ->
                        Cause.MISSING_AUTHENTICATION;
                    case "AccessDeniedException",
                            "AccessDenied",
                            "UnauthorizedOperation",
                            "NotAuthorized",
                            "RegionDisabledException",
                            "AllAccessDisabled",
                            "AccountProblem",
                            "OptInRequired" -> denied(message);
                    case "ForbiddenException", "Forbidden" -> Cause.FORBIDDEN;
                    case "UnauthorizedException" -> unauthorized(message);
                    // A key of KMS that is disabled, deleted or not the role's to use; a throttled one was sorted out
                    // before.
                    default -> type.regionMatches(true, 0, "KMS", 0, 3) ? Cause.PERMISSION : null;
                });
    }

    /** By the wording alone, for services that name no type or one of their own. */
    static Optional<Cause> ofMessage(String originalMessage) {
        String message = RejectionClassifier.folded(originalMessage);
        Cause cause = null;
        if (tokenExpired(message)) {
            cause = Cause.EXPIRED_TOKEN;
        } else if (tokenInvalid(message)) {
            cause = Cause.INVALID_TOKEN;
        } else if (clock(message)) {
            cause = Cause.CLOCK_SKEW;
        } else if (scope(message)) {
            cause = Cause.WRONG_SCOPE;
        } else if (message.contains("signature we calculated does not match")) {
            cause = Cause.SIGNATURE_MISMATCH;
        } else if (message.contains("access key id you provided does not exist")) {
            cause = Cause.UNKNOWN_KEY;
        } else if (message.contains("missing authentication token")) {
            cause = Cause.MISSING_AUTHENTICATION;
        } else if (incomplete(message)) {
            cause = Cause.INCOMPLETE_SIGNATURE;
        } else if (message.contains("not authorized to perform")
                || message.contains("no permissions for [")
                // Of X-Ray's OTLP endpoint in an account without Transaction Search.
                || message.contains("supported with cloudwatch logs as a trace segment destination")) {
            cause = Cause.PERMISSION;
        }
        return Optional.ofNullable(cause);
    }

    private static Cause signature(String message) {
        if (clock(message)) {
            return Cause.CLOCK_SKEW;
        }
        return scope(message) ? Cause.WRONG_SCOPE : Cause.SIGNATURE_MISMATCH;
    }

    private static boolean clock(String message) {
        return message.contains("signature expired")
                || message.contains("signature not yet current")
                || message.contains("difference between the request time and the current time")
                || message.contains("request has expired");
    }

    private static boolean incomplete(String message) {
        return message.contains("authorization header requires")
                || message.contains("is named as a signedheader")
                || message.contains("must be a 'signedheader'");
    }

    private static boolean scope(String message) {
        return message.contains("credential should be scoped")
                || message.contains("in credential scope does not match")
                || (message.contains("the region") && message.contains("is wrong"));
    }

    private static Cause key(String message) {
        if (tokenExpired(message)) {
            return Cause.EXPIRED_TOKEN;
        }
        return tokenInvalid(message) ? Cause.INVALID_TOKEN : Cause.UNKNOWN_KEY;
    }

    /** Of API Gateway's authorizers; AppSync says the same of a role without permission and of an API without IAM. */
    private static Cause unauthorized(String message) {
        if (message.contains("permission denied")) {
            return Cause.PERMISSION;
        }
        return message.contains("valid authorization header not provided")
                ? Cause.MISSING_AUTHENTICATION
                : Cause.AUTHORIZER;
    }

    /** Neptune and others say "access denied" for whatever was wrong, so the wording goes first. */
    private static Cause denied(String message) {
        // Without "User: arn" and "perform": a Lambda authorizer's policy said no.
        return message.startsWith("user is not authorized to access this resource")
                ? Cause.AUTHORIZER
                : ofMessage(message).orElse(Cause.PERMISSION);
    }

    private static boolean tokenExpired(String message) {
        return message.contains("token included in the request is expired");
    }

    private static boolean tokenInvalid(String message) {
        return message.contains("token included in the request is invalid");
    }
}
