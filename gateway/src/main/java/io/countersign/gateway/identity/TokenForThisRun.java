package io.countersign.gateway.identity;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token that is written nowhere, and ends with the process.
 *
 * @param secret what its holder presents
 * @param table with that token alone
 */
public record TokenForThisRun(String secret, TokenTable table) {
    /** Makes one. */
    public static TokenForThisRun make(Token token, SecureRandom random) {
        String secret = TokenSecret.random(random);
        return new TokenForThisRun(
                secret, new TokenTable(new LinkedHashMap<>(Map.of(TokenSecret.digest(secret), token))));
    }

    @Override
    public String toString() {
        return "TokenForThisRun[" + table.tokens() + "]";
    }
}
