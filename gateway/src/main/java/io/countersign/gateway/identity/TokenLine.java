package io.countersign.gateway.identity;

import io.countersign.proxy.config.Until;
import java.time.Instant;
import java.util.Optional;

/**
 * One entry of a tokens file: {@code NAME sha256:HEX [role=ROLE] [until=WHEN] [# comment]}. No message repeats what stands in the
 * line: it may be a token that somebody put there by mistake.
 */
record TokenLine(Token token, TokenDigest digest) {
    private static final String FORM = "NAME sha256:HEX [role=ROLE] [until=WHEN], as countersign token add writes it";

    /** Empty for a comment or an empty line; an {@link IllegalArgumentException} says what is wrong. */
    static Optional<TokenLine> read(String line) {
        int mark = line.indexOf('#');
        String entry = (mark < 0 ? line : line.substring(0, mark)).strip();
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        String[] words = entry.split("[ \\t]+", -1);
        if (words.length < 2) {
            throw new IllegalArgumentException("this is not an entry of a tokens file; write " + FORM);
        }
        if (!Token.isName(words[0])) {
            throw new IllegalArgumentException("this does not begin with a valid name: " + Token.NAMES);
        }
        TokenDigest digest = TokenDigest.read(words[1])
                .orElseThrow(() -> new IllegalArgumentException(
                        "after the name there is no sha256: with 64 hexadecimal digits; write " + FORM));
        Optional<Role> role = Optional.empty();
        Optional<Instant> until = Optional.empty();
        for (int i = 2; i < words.length; i++) {
            if (role.isEmpty() && words[i].startsWith("role=")) {
                role = Optional.of(role(words[i].substring("role=".length())));
            } else if (until.isEmpty() && words[i].startsWith("until=")) {
                until = Optional.of(until(words[i].substring("until=".length())));
            } else {
                throw new IllegalArgumentException(
                        "word " + (i + 1) + " is neither role=ROLE nor until=WHEN, or is there twice; write " + FORM);
            }
        }
        return Optional.of(new TokenLine(new Token(words[0], role, until), digest));
    }

    private static Role role(String word) {
        return Role.of(word)
                .orElseThrow(() -> new IllegalArgumentException("role= is followed by no role; write one of "
                        + Role.words() + ", or leave it out for a token of a caller"));
    }

    private static Instant until(String text) {
        try {
            return Until.time(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "until= is followed by neither a date such as 2027-01-31 nor a time such as 2027-01-31T12:00:00Z",
                    e);
        }
    }

    String written() {
        return token.name()
                + " "
                + digest.written()
                + token.role().map(role -> " role=" + role.word()).orElse("")
                + token.until().map(until -> " until=" + until).orElse("");
    }
}
