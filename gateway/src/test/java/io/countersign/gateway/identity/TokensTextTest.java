package io.countersign.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tokens file can hold, whom its tokens are for, and what is said of its faults. */
class TokensTextTest {
    private static final Instant NOW = Instant.parse("2026-11-27T06:00:00Z");

    private final SecureRandom random = new SecureRandom();
    private final List<String> faults = new ArrayList<>();

    private TokenTable read(String text) {
        return TokensText.read(text, "tokens", (where, what) -> faults.add(where + ": " + what));
    }

    private static String digest(String secret) {
        return TokenSecret.digest(secret).written();
    }

    @Test
    void findsCallersAndUsersOfTheConsoleApart() {
        String caller = TokenSecret.random(random);
        String admin = TokenSecret.random(random);
        TokenTable table = read("\uFEFF# all of them\r\n\r\npayments " + digest(caller) + "  # of the team\r\nops\t"
                + digest(admin) + " role=admin");

        assertEquals(List.of(), faults);
        Token payments = new Token("payments", Optional.empty(), Optional.empty());
        Token ops = new Token("ops", Optional.of(Role.ADMIN), Optional.empty());
        assertEquals(List.of(payments, ops), table.tokens());
        assertEquals(Optional.of(payments), table.caller(caller, NOW));
        assertEquals(Optional.empty(), table.console(caller, NOW));
        assertEquals(Optional.of(ops), table.console(admin, NOW));
        assertEquals(Optional.empty(), table.caller(admin, NOW));
    }

    @Test
    void findsNothingElse() {
        String secret = TokenSecret.random(random);
        TokenTable table = read("payments " + digest(secret));
        for (String other : List.of(
                "",
                "csgn_",
                secret.substring(1),
                secret + "A",
                secret.toUpperCase(java.util.Locale.ROOT),
                digest(secret))) {
            assertEquals(Optional.empty(), table.caller(other, NOW), other);
        }
        assertEquals(Optional.empty(), table.caller(TokenSecret.random(random), NOW));
        assertEquals(Optional.empty(), TokenTable.empty().caller(secret, NOW));
    }

    /** Two unused bits of the last character make four texts of the same bytes: only the text itself is the token. */
    @Test
    void aTokenHasOneSpelling() {
        String secret = "csgn_" + "A".repeat(43);
        TokenTable table = read("payments " + digest(secret));
        assertTrue(table.caller(secret, NOW).isPresent());
        assertEquals(Optional.empty(), table.caller("csgn_" + "A".repeat(42) + "B", NOW));
    }

    @Test
    void aTokenEndsAtItsTime() {
        String secret = TokenSecret.random(random);
        TokenTable table = read("payments " + digest(secret) + " until=2026-11-27");
        assertTrue(table.caller(secret, Instant.parse("2026-11-27T23:59:59Z")).isPresent());
        assertEquals(Optional.empty(), table.caller(secret, Instant.parse("2026-11-28T00:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payments",
                "CSGN",
                "CSGN payments",
                "payments CSGN",
                "payments DIGEST role=root",
                "payments DIGEST role=",
                "payments DIGEST role=viewer role=admin",
                "payments DIGEST until=8h",
                "payments DIGEST until=2026-02-30",
                "payments DIGEST CSGN",
                "payments DIGEST # good\nother DIGEST",
                "Payments DIGEST",
                "pay\u202ements DIGEST",
                "payments sha256:abc",
                "payments DIGESTa",
                "payments DIGEST # good\npayments OTHER"
            })
    void refusesFaultyLinesAndRepeatsNothingOfThem(String line) {
        String secret = TokenSecret.random(random);
        String digest = digest(secret);
        String other = digest(TokenSecret.random(random));
        String text = "# head\n"
                + line.replace("CSGN", secret).replace("DIGEST", digest).replace("OTHER", other);

        read(text);

        assertEquals(1, faults.size(), faults::toString);
        String place = "tokens:" + text.split("\n", -1).length + ": ";
        assertTrue(faults.get(0).startsWith(place), faults.get(0));
        assertFalse(faults.get(0).contains(secret.substring(5)), faults.get(0));
        assertFalse(faults.get(0).contains(digest.substring(7)), faults.get(0));
        assertTrue(faults.get(0).chars().allMatch(c -> c >= ' ' && c < 0x7f), faults.get(0));
    }

    @Test
    void neverPrintsADigest() {
        String secret = TokenSecret.random(random);
        String hex = digest(secret).substring("sha256:".length());
        TokenTable table = read("payments " + digest(secret));
        for (Object shown : List.of(
                table,
                table.tokens(),
                TokenSecret.digest(secret),
                TokenLine.read("payments " + digest(secret)).orElseThrow())) {
            assertFalse(shown.toString().contains(hex), shown.toString());
            assertFalse(shown.toString().contains(secret), shown.toString());
        }
    }

    @Test
    void rolesIncludeThoseBeforeThem() {
        assertTrue(Role.ADMIN.includes(Role.APPROVER));
        assertTrue(Role.APPROVER.includes(Role.APPROVER));
        assertFalse(Role.VIEWER.includes(Role.APPROVER));
    }
}
