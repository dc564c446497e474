package io.countersign.proxy.rejection;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.secrets.Secrets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Decides what an error response comes down to. Where an application is behind the host, it may have written any status
 * and body, so only AWS's own header or the gateway's bare message counts; where none does, the error type or else the
 * message's wording decides.
 */
public final class UpstreamErrors {
    /** As the AWS SDKs take them for throttling, whatever the status: "Retry behavior" in their reference guide. */
    private static final Set<String> THROTTLING = Set.of(
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "TooManyRequestsException",
            "TooManyRequests",
            "ProvisionedThroughputExceededException",
            "TransactionInProgressException",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "SlowDown",
            "PriorRequestNotComplete",
            "EC2ThrottledException",
            // Not the SDKs' own: KMS throttling the service that asks it for a key, and too many messages in flight in
            // SQS.
            "KMSThrottlingException",
            "KmsThrottled",
            "KMS.ThrottlingException",
            "OverLimit");

    /** A failure on the way that S3 and others say with 400; the SDKs try again after these whatever the status. */
    private static final Set<String> TRANSIENT = Set.of("RequestTimeout", "RequestTimeoutException");

    private static final Pattern THROTTLED = Pattern.compile(
            "rate exceeded|rate limit|too many requests|throttl|request limit exceeded|reduce your request rate"
                    + "|ingestion (?:rate|burst)");

    /** The gateway's own words for a failure of its own; an application has a reason to say more. */
    private static final Set<String> BARE_FAULTS = Set.of("internal server error", "service unavailable");

    private UpstreamErrors() {}

    /** Whether a response with this status has to be read to know what it is. */
    public static boolean mustBeRead(int status) {
        return RejectionClassifier.possible(status) || status == 402 || status == 429 || status == 500;
    }

    /**
     * An error response.
     *
     * @param header a field's value by its lower-case name, null if absent
     * @param body all of it, or its beginning
     * @param whole whether {@code body} is all of it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Received(int status, Function<String, String> header, byte[] body, boolean whole) {}

    /**
     * Judges.
     *
     * @param service that the request was signed for
     * @param signedAt the time in the signature
     * @param secrets masked in the message
     */
    public static UpstreamError of(Received response, String service, Instant signedAt, Secrets secrets) {
        int status = response.status();
        AwsService row = AwsServices.of(service);
        AwsError answer = response.whole()
                ? AwsError.of(response.header(), response.body())
                : AwsError.ofBeginning(response.header(), response.body());
        String type = answer.type();
        String message = RejectionClassifier.shown(answer, secrets);
        if (isOverLimit(status, answer, row)) {
            return new UpstreamError.OverLimit(type, message);
        }
        if (isThrottled(status, answer, row)) {
            return new UpstreamError.Throttled(type, message);
        }
        if (isServiceFault(status, answer, row)) {
            return new UpstreamError.ServiceFault(type, message);
        }
        // What isn't all there has no wording to go by.
        boolean untyped = !response.whole() && answer.typedBy() == AwsError.TypedBy.NOTHING;
        Optional<Rejection> rejection = untyped
                ? Optional.empty()
                : RejectionClassifier.classify(status, response.header(), answer, row, signedAt, secrets);
        return rejection.isPresent()
                ? new UpstreamError.Rejected(rejection.get())
                : new UpstreamError.Verdict(type, message);
    }

    private static boolean isOverLimit(int status, AwsError answer, AwsService row) {
        if (status == 402) {
            // Whatever the words: capacity that somebody has to grant, and nothing about what was written.
            return row.takesTelemetry() && !row.hostsApplications();
        }
        if (status != 400 && status != 429) {
            return false;
        }
        String said = answer.type().toLowerCase(Locale.ROOT) + ": " + answer.folded();
        return row.overLimit().stream().anyMatch(limit -> limit.matcher(said).find())
                && !said.contains("ingestion rate")
                && !said.contains("ingestion burst");
    }

    private static boolean isThrottled(int status, AwsError answer, AwsService row) {
        if (status == 429) {
            return true;
        }
        if (status < 400 || status > 503) {
            return false;
        }
        if (isAwsWord(answer, row) && THROTTLING.contains(answer.type())) {
            return true;
        }
        return status < 500
                && !row.hostsApplications()
                && answer.typedBy() == AwsError.TypedBy.NOTHING
                && THROTTLED.matcher(answer.folded()).find();
    }

    private static boolean isServiceFault(int status, AwsError answer, AwsService row) {
        if (status == 400) {
            return isAwsWord(answer, row) && TRANSIENT.contains(answer.type());
        }
        if (status != 500) {
            return false;
        }
        return !row.hostsApplications()
                || answer.typedBy() == AwsError.TypedBy.HEADER
                || (answer.onlyMessage() && BARE_FAULTS.contains(answer.folded().strip()));
    }

    private static boolean isAwsWord(AwsError answer, AwsService row) {
        return switch (answer.typedBy()) {
            case HEADER -> true;
            case BODY -> !row.hostsApplications();
            case NOTHING -> false;
        };
    }
}
