package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.util.regex.Pattern;

/**
 * Puts a failed fetch into one line fit for a log. What comes from outside (an STS answer, the output of a
 * {@code credential_process}) may repeat keys, so whatever looks like a secret's value is masked.
 */
final class Reason {
    private static final int MAX = 600;
    /** A stand-in's secret may be a letter or a word, and taking that out would leave no sentence whole. */
    private static final int SHORTEST_SECRET = 8;

    private static final Pattern SECRET_FIELD = Pattern.compile(
            "(?i)(secret_?access_?key|session_?token|security_?token|web_?identity_?token|aws_secret_access_key"
                    + "|authorization_?token|\"token|accesstoken)([\"']?\\s*[:=>]\\s*[\"']?)[^\\s\"',}<&]+");
    private static final Pattern LINE_BREAKS = Pattern.compile("[\\p{Cntrl}\\s]+");

    private Reason() {}

    /** The exception's own words and, where they add something, those of its root cause. */
    static String of(Throwable failure) {
        String own = words(failure);
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < 10; depth++) {
            root = root.getCause();
        }
        String cause = words(root);
        return clean(own.contains(cause) ? own : own + " (" + cause + ")");
    }

    private static String words(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        // The JDK's network exceptions say what failed in their name alone: "UnknownHostException: sts.example".
        boolean plain = failure.getClass().getName().startsWith("java.");
        return plain ? failure.getClass().getSimpleName() + ": " + message : message;
    }

    static String clean(String text) {
        String line = LINE_BREAKS.matcher(text).replaceAll(" ").strip();
        String masked = SECRET_FIELD.matcher(line).replaceAll("$1$2[redacted]");
        return masked.length() <= MAX ? masked : masked.substring(0, MAX) + "...";
    }

    /** Takes out the secrets of {@code keys} wherever they stand. */
    static String without(String text, AwsKeys keys) {
        String clean = text;
        for (String secret : new String[] {keys.secretAccessKey(), keys.sessionToken()}) {
            if (secret != null && secret.length() >= SHORTEST_SECRET) {
                clean = clean.replace(secret, "[redacted]");
            }
        }
        return clean;
    }
}
