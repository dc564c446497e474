package io.countersign.gateway.console;

import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokenTable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The tokens that the console takes: those of the file in force, and the one that was made for this run. Safe from any thread. */
public final class ConsoleTokens {
    private final TokenTable thisRun;
    private volatile TokenTable file;

    ConsoleTokens(TokenTable thisRun, TokenTable file) {
        this.thisRun = thisRun;
        this.file = file;
    }

    void taken(TokenTable next) {
        file = next;
    }

    /** Empty where it is not the token of somebody who may use the console now. */
    Optional<Token> find(String presented, Instant now) {
        return file.console(presented, now).or(() -> thisRun.console(presented, now));
    }

    /** What is known of all of them, those without a role and those that have ended too. */
    public List<Token> all() {
        return Stream.concat(file.tokens().stream(), thisRun.tokens().stream()).toList();
    }
}
