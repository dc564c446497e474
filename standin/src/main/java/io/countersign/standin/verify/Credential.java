package io.countersign.standin.verify;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** One key that the stand-in knows; its text never shows secret or token. */
public record Credential(String accessKey, String secretKey, Optional<String> token, Optional<Instant> expiry) {
    public Credential {
        if (accessKey.isBlank() || secretKey.isBlank()) {
            throw new IllegalArgumentException("a credential needs an access key and a secret key");
        }
    }

    public static Credential of(String accessKey, String secretKey) {
        return new Credential(accessKey, secretKey, Optional.empty(), Optional.empty());
    }

    /** A long-lived pair of random letters, good for this run only. */
    public static Credential generate(SecureRandom random) {
        byte[] secret = new byte[30];
        random.nextBytes(secret);
        StringBuilder key = new StringBuilder("AKIA");
        for (int i = 0; i < 16; i++) {
            key.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(random.nextInt(32)));
        }
        return of(key.toString(), Base64.getEncoder().encodeToString(secret));
    }

    public Credential withToken(String sessionToken) {
        return new Credential(accessKey, secretKey, Optional.of(sessionToken), expiry);
    }

    public Credential expiring(Instant at) {
        return new Credential(accessKey, secretKey, token, Optional.of(at));
    }

    boolean isExpired(Instant now) {
        return expiry.isPresent() && !now.isBefore(expiry.get());
    }

    @Override
    public String toString() {
        return "Credential[" + accessKey + (token.isPresent() ? ", with token" : "") + ", expiry="
                + expiry.map(Instant::toString).orElse("never") + "]";
    }
}
