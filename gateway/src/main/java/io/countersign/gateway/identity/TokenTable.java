package io.countersign.gateway.identity;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The tokens of one tokens file, found by what a client presents. Immutable, and safe from any thread.
 *
 * <p>What is presented is hashed, and looked up by its hash. The time that takes tells nothing that helps to guess a token: it depends
 * on hashes alone, and whoever knew some bits of a hash that is in the table would still have to find, among 2<sup>256</sup>, an input
 * that hashes to it. Equality itself is decided in constant time.
 *
 * <p>What can't be a token is not hashed, and what is one costs half a microsecond: wrong ones, however many, cost no more than the
 * requests that they come in.
 */
public final class TokenTable {
    private static final TokenTable EMPTY = new TokenTable(new LinkedHashMap<>());

    private final Map<TokenDigest, Token> tokens;

    /** @param tokens in the order of the file; taken, not copied */
    TokenTable(Map<TokenDigest, Token> tokens) {
        this.tokens = tokens;
    }

    /** Without any token. */
    public static TokenTable empty() {
        return EMPTY;
    }

    /** The token of a caller: one without a role. One that has ended is not found, and neither is one for the console. */
    public Optional<Token> caller(String presented, Instant now) {
        return find(presented, now).filter(token -> token.role().isEmpty());
    }

    /** The token of somebody who uses the console: one with a role, that has not ended. */
    public Optional<Token> console(String presented, Instant now) {
        return find(presented, now).filter(token -> token.role().isPresent());
    }

    private Optional<Token> find(String presented, Instant now) {
        return TokenSecret.isShaped(presented)
                ? Optional.ofNullable(tokens.get(TokenSecret.digest(presented))).filter(token -> !token.hasEnded(now))
                : Optional.empty();
    }

    /** What is known of them, in the order of the file, those that have ended too. */
    public List<Token> tokens() {
        return List.copyOf(tokens.values());
    }

    /** Names of which both tables have a token, and not the same one. */
    public Set<String> replacedSince(TokenTable before) {
        Set<String> names = before.tokens.values().stream().map(Token::name).collect(Collectors.toSet());
        return tokens.entrySet().stream()
                .filter(entry -> !before.tokens.containsKey(entry.getKey()))
                .map(entry -> entry.getValue().name())
                .filter(names::contains)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenTable table && tokens.equals(table.tokens);
    }

    @Override
    public int hashCode() {
        return tokens.hashCode();
    }

    @Override
    public String toString() {
        return "TokenTable of " + tokens.size();
    }
}
