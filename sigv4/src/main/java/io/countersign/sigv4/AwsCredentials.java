package io.countersign.sigv4;

import java.util.Objects;

/**
 * The credentials that a request is signed with. {@link #toString} shows the end of the key id and nothing else.
 *
 * @param accessKeyId the access key id, such as {@code AKIAIOSFODNN7EXAMPLE}; visible ASCII characters
 * @param secretAccessKey the secret access key
 * @param sessionToken the token of temporary credentials, in visible ASCII characters; null for long-lived ones. An empty
 *     one counts as null, since that is how an environment without it often looks
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds-programmatic-access.html">AWS security
 *     credentials</a>
 */
public record AwsCredentials(String accessKeyId, String secretAccessKey, String sessionToken) {
    private static final int SHOWN = 4;

    /**
     * Checks that the credentials can be sent.
     *
     * @throws IllegalArgumentException if key id or secret is empty, or key id or token holds a character that can't be
     *     sent in a header field; the message never repeats the value
     * @throws NullPointerException if key id or secret is null
     */
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

    /**
     * Long-lived credentials, without a session token.
     *
     * @param accessKeyId the access key id
     * @param secretAccessKey the secret access key
     * @return the credentials
     */
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
        // AWS's key ids have 16 characters or more; nothing of a shorter, made-up one is shown.
        String shown = accessKeyId.length() < 2 * SHOWN ? "" : accessKeyId.substring(accessKeyId.length() - SHOWN);
        return "AwsCredentials[..." + shown + (sessionToken == null ? "]" : ", with session token]");
    }
}
