package io.countersign.cli.sources;

import io.countersign.cli.agents.Key;
import io.countersign.cli.agents.StandInProcess;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes numbered keys for each source, and tells the stand-in of them before anybody else has them. */
final class Issuer {
    /** In every secret and token, so that one search finds any. */
    static final String CANARY = "canary";

    private static final int LIFETIME_SECONDS = 12;

    private final StandInProcess standIn;
    private final Map<String, AtomicInteger> handedOut = new ConcurrentHashMap<>();

    record Issued(Key key, Instant expiry) {}

    Issuer(StandInProcess standIn) {
        this.standIn = standIn;
    }

    static String prefix(String source) {
        return "ASIA" + source.toUpperCase(Locale.ROOT).replace("-", "") + "N";
    }

    static Key key(String source, int number) {
        return new Key(prefix(source) + number, CANARY + "-secret-" + number, CANARY + "-token-" + source + number);
    }

    /** The source's next key, for so short a time that its rotation needs no help. */
    Issued shortLived(String source) throws IOException {
        Instant expiry = Instant.ofEpochSecond(Instant.now().getEpochSecond() + LIFETIME_SECONDS);
        Key key = next(source);
        standIn.credentials("""
                {"accessKey": "%s", "secretKey": "%s", "token": "%s", "expiresAt": "%s"}""".formatted(key.id(), key.secret(), key.token(), expiry));
        return new Issued(key, expiry);
    }

    /** The source's next key, good until it is told otherwise. */
    Key longLived(String source) throws IOException {
        Key key = next(source);
        standIn.credentials(key.json());
        return key;
    }

    private Key next(String source) {
        return key(
                source,
                handedOut.computeIfAbsent(source, s -> new AtomicInteger()).incrementAndGet());
    }
}
