package io.countersign.proxy.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void escapesWhatTheGrammarForbidsAndWhatATerminalActsOn() {
        assertEquals("\"a\\\"b\\\\c\\u000a\\u001b\\u202e\\u0085\"", JsonText.quoted("a\"b\\c\n\u001b\u202e\u0085"));
    }

    @Test
    void keepsPairsOfSurrogatesAndEscapesLoneOnes() {
        assertEquals("\"\uD83D\uDE00\\ud83d\"", JsonText.quoted("\uD83D\uDE00\uD83D"));
    }

    @Test
    void writesAsciiAlone() {
        StringBuilder out = new StringBuilder();
        JsonText.appendAscii(out, "\u00e9\"");
        assertEquals("\\u00e9\\\"", out.toString());
    }

    @Test
    void servesTheMethodsThatAllowLists() {
        assertEquals("GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS", Methods.text());
        assertEquals(true, Methods.isIdempotent("DELETE"));
        assertEquals(false, Methods.isIdempotent("PATCH"));
        assertEquals(false, Methods.isServed("TRACE"));
    }
}
