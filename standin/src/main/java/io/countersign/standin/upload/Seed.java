package io.countersign.standin.upload;

import java.time.Instant;

/**
 * What the chunks of one upload are signed with. Its text never shows the secret.
 *
 * @param at the time in {@code X-Amz-Date}
 * @param signature of the head, on which the first chunk's signature stands
 */
public record Seed(String accessKey, String secretKey, String region, String service, Instant at, String signature) {
    @Override
    public String toString() {
        return "Seed[" + accessKey + ", " + region + "/" + service + ", " + at + "]";
    }
}
