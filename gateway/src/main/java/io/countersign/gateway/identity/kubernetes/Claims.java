package io.countersign.gateway.identity.kubernetes;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a token says, whoever signed it: read before the signature, since most of what is wrong with a token shows here, and cheaply.
 * Nothing of it counts before the signature is verified.
 *
 * @param account empty where the subject is not a service account
 * @param expires empty where it doesn't say, which a token has to
 */
record Claims(
        List<String> audiences,
        Optional<ServiceAccount> account,
        Optional<Instant> expires,
        Optional<Instant> notBefore) {
    /** By how much the clocks of issuer and gateway may differ. */
    static final Duration SKEW = Duration.ofSeconds(30);

    private static final int MAX_DEPTH = 32;

    /** The end of the year 9999. */
    private static final long MAX_SECONDS = 253_402_300_799L;

    /** The part of a token that holds the claims, as a map; empty where it is no token at all. */
    static Optional<Map<String, Object>> parse(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
            return Optional.empty();
        }
        String json = new Base64URL(token.substring(first + 1, second)).decodeToString();
        // A parser that goes down a level for each bracket would use up the stack of an event loop.
        if (json.chars().filter(c -> c == '[' || c == '{').limit(MAX_DEPTH + 1L).count() > MAX_DEPTH) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSONObjectUtils.parse(json)); // null for "null"
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** The text of a claim; empty where it is not there, or is no text. */
    static Optional<String> text(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    static Claims of(Map<String, Object> claims) {
        Object audience = claims.get("aud");
        List<String> audiences = audience instanceof List<?> several
                ? several.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList()
                : text(claims, "aud").stream().toList();
        return new Claims(
                audiences,
                text(claims, "sub").flatMap(ServiceAccount::ofSubject),
                time(claims, "exp"),
                time(claims, "nbf"));
    }

    /**
     * RFC 7519 section 2: seconds since 1970, perhaps with a fraction. What is no time at all is as if it were not there, and one that no
     * clock shows is brought within the years that can be reckoned with.
     */
    private static Optional<Instant> time(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof Number seconds
                ? Optional.of(Instant.ofEpochSecond(Math.max(-MAX_SECONDS, Math.min(seconds.longValue(), MAX_SECONDS))))
                : Optional.empty();
    }

    /** Why it does not count at that moment; empty: it is the time for it. */
    Optional<String> untimely(Instant now) {
        if (expires.filter(end -> !now.isBefore(end.plus(SKEW))).isPresent()) {
            return Optional.of("the token of the service account has expired");
        }
        return notBefore.filter(begin -> now.isBefore(begin.minus(SKEW))).isPresent()
                ? Optional.of("the token of the service account is not valid yet; is this machine's clock right?")
                : Optional.empty();
    }

    /** Why it never counts, whoever signed it; empty: nothing speaks against it. */
    Optional<String> fault(String audience) {
        if (expires.isEmpty()) {
            return Optional.of("the token of the service account does not say when it ends");
        }
        if (!audiences.contains(audience)) {
            return Optional.of(
                    "the token of the service account is for another audience; mount one with the audience that this"
                            + " gateway is set to (serviceAccountToken.audience)");
        }
        return account.isEmpty() ? Optional.of("the token is not one of a service account") : Optional.empty();
    }
}
