package io.countersign.standin.upload;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Written down step by step from AWS's "Signature Calculations for the Authorization Header: Transferring Payload in Multiple
 * Chunks" and "... Including Trailing Headers".
 */
final class TextbookChain implements Chain {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final byte[] key;
    private final String time;
    private final String scope;
    private String previous;

    TextbookChain(Seed seed) {
        byte[] derived = ("AWS4" + seed.secretKey()).getBytes(StandardCharsets.UTF_8);
        List<String> steps = List.of(DATE.format(seed.at()), seed.region(), seed.service(), "aws4_request");
        for (String step : steps) {
            derived = hmac(derived, step);
        }
        key = derived;
        time = TIME.format(seed.at());
        scope = String.join("/", steps);
        previous = seed.signature();
    }

    @Override
    public String chunk(byte[] data) {
        return sign("AWS4-HMAC-SHA256-PAYLOAD", sha256(new byte[0]) + "\n" + sha256(data));
    }

    @Override
    public String trailers(List<Trailer> trailers) {
        String canonical = trailers.stream()
                .sorted(Comparator.comparing(Trailer::name))
                .map(trailer -> trailer.name() + ":" + trailer.value() + "\n")
                .collect(Collectors.joining());
        return sign("AWS4-HMAC-SHA256-TRAILER", sha256(canonical.getBytes(StandardCharsets.US_ASCII)));
    }

    private String sign(String kind, String hashes) {
        previous = HexFormat.of().formatHex(hmac(key, String.join("\n", kind, time, scope, previous, hashes)));
        return previous;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
