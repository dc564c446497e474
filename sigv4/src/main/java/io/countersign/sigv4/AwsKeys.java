package io.countersign.sigv4;

/** An AWS access key; {@code sessionToken} is null for a long-lived one. Never prints its secrets. */
public record AwsKeys(String accessKeyId, String secretAccessKey, String sessionToken) {
    @Override
    public String toString() {
        return "AwsKeys[redacted]";
    }
}
