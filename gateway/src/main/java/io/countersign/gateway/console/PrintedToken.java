package io.countersign.gateway.console;

import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokenForThisRun;
import io.countersign.gateway.identity.TokenTable;
import java.security.SecureRandom;
import java.util.Optional;

/** A token for whoever sees the terminal: made at start, printed once, written nowhere, and gone with the process. */
final class PrintedToken {
    private static final String NAME = "this-run";

    private final TokenForThisRun token;

    private PrintedToken(TokenForThisRun token) {
        this.token = token;
    }

    static PrintedToken make() {
        Token known = new Token(NAME, Optional.of(Role.ADMIN), Optional.empty());
        return new PrintedToken(TokenForThisRun.make(known, new SecureRandom()));
    }

    TokenTable table() {
        return token.table();
    }

    /** On standard error, past the log, which others may read. */
    @SuppressWarnings("SystemOut")
    void print(String url) {
        System.err.println(
                "countersign: console on " + url + "; token for this run, with the role admin: " + token.secret());
    }
}
