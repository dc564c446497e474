package io.countersign.cli.send;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of responses, hostile ones among them. */
class ResponseHeadTest {
    private static ResponseHead read(String text) throws IOException {
        return ResponseHead.read(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    }

    @Test
    void readsStatusAndFields() throws IOException {
        ResponseHead head = read("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody");
        assertEquals(200, head.status());
        assertEquals("b", head.field("a").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n\r\n", "  \r\n\r\n", "HTTP/1.1\r\n\r\n", "x\u001b[2J\r\n\r\n"})
    void refusesAHeadWithoutAStatusLineAndPrintsNothingThatATerminalActsOn(String text) {
        IOException fault = assertThrows(IOException.class, () -> read(text));
        assertTrue(fault.getMessage().endsWith("is no HTTP/1.1 status line"), fault.getMessage());
        assertFalse(fault.getMessage().contains("\u001b"), fault.getMessage());
    }

    @Test
    void repeatsNoMoreThanTheBeginningOfALongLine() {
        IOException fault = assertThrows(IOException.class, () -> read("x".repeat(10_000) + "\r\n\r\n"));
        assertTrue(fault.getMessage().length() < 200, fault.getMessage());
    }
}
