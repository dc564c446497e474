package io.countersign.proxy.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Tells one configuration from another, wherever and however they are written. Secrets are not part of it, since a hash that everyone
 * sees would let a weak one be guessed; nor are the files that settings name, nor the name of a session, which differs from one
 * instance to the next.
 */
final class ConfigHash {
    private static final int BYTES = 8;
    private static final String SESSION_NAME = ".session-name";

    private ConfigHash() {}

    /**
     * 16 hex digits.
     *
     * @param settings as {@link ActingSettings} has them
     */
    static String of(Map<String, String> settings) {
        MessageDigest digest = sha256();
        settings.forEach((path, value) -> {
            if (!path.endsWith(SESSION_NAME)) {
                digest.update((path + "=" + Redaction.of(path, value) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
