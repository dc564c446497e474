package io.countersign.gateway.identity;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The text of a tokens file, and where each token stands in it. */
public final class TokensText {
    private final LinkedHashMap<TokenDigest, Token> tokens = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final Map<TokenDigest, Integer> linesByDigest = new HashMap<>();

    private TokensText() {}

    /**
     * The tokens of a file.
     *
     * @param file as messages name it
     * @param faults gets file and line of each fault, and what is wrong there; what is returned after any is not to be used
     */
    public static TokenTable read(String text, String file, BiConsumer<String, String> faults) {
        return new TokenTable(of(text, file, faults).tokens);
    }

    static TokensText of(String text, String file, BiConsumer<String, String> faults) {
        TokensText read = new TokensText();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = i == 0 && lines[0].startsWith("\uFEFF") ? lines[0].substring(1) : lines[i];
            try {
                read.add(TokenLine.read(line), i + 1);
            } catch (IllegalArgumentException e) {
                faults.accept(file + ":" + (i + 1), e.getMessage());
            }
        }
        return read;
    }

    private void add(Optional<TokenLine> entry, int line) {
        if (entry.isEmpty()) {
            return;
        }
        Token token = entry.get().token();
        Integer sameName = lines.putIfAbsent(token.name(), line);
        if (sameName != null) {
            throw new IllegalArgumentException(
                    "line " + sameName + " has a token of that name already; give each a name of its own");
        }
        Integer sameDigest = linesByDigest.putIfAbsent(entry.get().digest(), line);
        if (sameDigest != null) {
            throw new IllegalArgumentException(
                    "line " + sameDigest + " has the same token; who presents it must have one name");
        }
        tokens.put(entry.get().digest(), token);
    }

    TokenTable table() {
        return new TokenTable(tokens);
    }

    /** The line of the token of that name, counted from 1. */
    Optional<Integer> line(String name) {
        return Optional.ofNullable(lines.get(name));
    }
}
