package io.countersign.sigv4;

import java.util.Objects;

/**
 * The access key that a request is signed with.
 *
 * <p>{@code sessionToken} is null for a long-lived key; an empty one is taken for none, since that is how an
 * environment without it often looks. {@link #toString} shows the end of the key id and nothing else.
 */
public record AwsCredentials(String accessKeyId, String secretAccessKey, String sessionToken) {
    private static final int SHOWN = 4;

    public AwsCredentials {
        Objects.requireNonNull(accessKeyId, "accessKeyId");
        Objects.requireNonNull(secretAccessKey, "secretAccessKey");
        if (accessKeyId.isEmpty()) {
            throw new IllegalArgumentException("access key id is empty");
        }
        if (secretAccessKey.isEmpty()) {
            throw new IllegalArgumentException("secret access key is empty");
        }
        if (sessionToken != null && sessionToken.isEmpty()) {
            sessionToken = null;
        }
        // Both go into header fields as they are: a line break from a badly read file must not reach the wire.
        requireVisible("access key id", accessKeyId);
        if (sessionToken != null) {
            requireVisible("session token", sessionToken);
        }
    }

    /** A long-lived key, without a session token. */
    public static AwsCredentials longLived(String accessKeyId, String secretAccessKey) {
        return new AwsCredentials(accessKeyId, secretAccessKey, null);
    }

    boolean hasToken() {
        return sessionToken != null;
    }

    private static void requireVisible(String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                throw new IllegalArgumentException(String.format(
                        "%s holds U+%04X at position %d; only visible ASCII characters can be sent", what, (int) c, i));
            }
        }
    }

    @Override
    public String toString() {
        // A key id of AWS has 16 characters or more; of a shorter, made-up one nothing is shown.
        String shown = accessKeyId.length() < 2 * SHOWN ? "" : accessKeyId.substring(accessKeyId.length() - SHOWN);
        return "AwsCredentials[..." + shown + (sessionToken == null ? "]" : ", with session token]");
    }
}
