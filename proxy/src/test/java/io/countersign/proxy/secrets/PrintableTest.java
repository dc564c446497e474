package io.countersign.proxy.secrets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void showsByTheirNumbersWhatATerminalWouldActOn() {
        assertEquals("a\\u001b[2Jb\\u000ac\\u0007", Printable.of("a\u001b[2Jb\nc\u0007"));
        assertEquals("\\u009b31m\\u007f", Printable.of("\u009b31m\u007f"));
    }

    @Test
    void showsByTheirNumbersWhatChangesHowTextReads() {
        assertEquals("pay\\u202etner\\u2066", Printable.of("pay\u202etner\u2066"));
        assertEquals("a\\u200bb\\u2028c\\ufeff", Printable.of("a\u200bb\u2028c\ufeff"));
        assertEquals("\\ud800x\\u{e0041}", Printable.of("\ud800x\udb40\udc41"));
    }

    @Test
    void leavesOtherTextAlone() {
        String text = "Zahlungen \u00e9t\u00e9 \u6771\u4eac \ud83d\ude00 \\u001b $1";
        assertEquals(text, Printable.of(text));
    }

    @Test
    void quotesHaveNoneEither() {
        assertEquals("\"a?b?\"", Quoted.of("a\u202eb\u009b"));
    }
}
