package io.countersign.standin.fault;

import io.countersign.standin.wire.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Errors that name no type in a header, or come with an unexpected status: each as some service of AWS words it. */
public enum AwsError {
    /** A REST API whose integration failed. */
    GATEWAY_FAULT(500, "application/json", "{\"message\": \"Internal server error\"}"),
    /** CloudWatch Logs and other services of the JSON protocol throttle with 400. */
    THROTTLING_400(
            400, "application/x-amz-json-1.1", "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}"),
    /** Amazon Managed Service for Prometheus, past the rate of its samples. */
    INGESTION_RATE(
            429,
            "text/plain; charset=utf-8",
            "ingestion rate limit (70000) exceeded while adding 500 samples and 0 metadata\n"),
    /** The same, past the number of its series, for a whole request. */
    SERIES_LIMIT(429, "text/plain; charset=utf-8", seriesLimit(2_000_000)),
    /** OpenSearch Service names no type. */
    BARE_EXPIRED_TOKEN(
            403, "application/json", "{\"message\":\"The security token included in the request is expired\"}"),
    BARE_INVALID_TOKEN(
            403, "application/json", "{\"message\":\"The security token included in the request is invalid.\"}"),
    BARE_SCOPE(
            403,
            "application/json",
            "{\"message\":\"Credential should be scoped to a valid region, not 'eu-west-9'. \"}"),
    BARE_PERMISSION(
            403,
            "application/json",
            "{\"message\":\"User: arn:aws:iam::123456789012:user/standin is not authorized to perform:"
                    + " aps:RemoteWrite on resource: arn:aws:aps:us-east-1:123456789012:workspace/ws-standin\"}");

    private final int status;
    private final String type;
    private final String body;

    AwsError(int status, String type, String body) {
        this.status = status;
        this.type = type;
        this.body = body;
    }

    /** The error as it goes out. */
    public Answer answer() {
        return Answer.of(status, type, body.getBytes(StandardCharsets.UTF_8)).with("x-amzn-RequestId", "standin");
    }

    /** What Cortex says, which Amazon Managed Service for Prometheus is built on, when a workspace has this many series. */
    public static String seriesLimit(long series) {
        return "per-user series limit of " + series + " exceeded, please contact administrator to raise it (local limit: 0"
                + " global limit: " + series + ")\n";
    }

    /** The error's name in a fault: {@code gateway-fault}. */
    public String externalName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Names of all. */
    public static List<String> names() {
        return Arrays.stream(values()).map(AwsError::externalName).toList();
    }

    /** The error with this name. */
    public static Optional<AwsError> named(String name) {
        return Arrays.stream(values())
                .filter(error -> error.externalName().equals(name))
                .findFirst();
    }
}
