package io.countersign.proxy.access;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Finds the last word "until" in a comment that comes byte by byte, and keeps what follows it. */
final class UntilWord {
    private static final byte[] WORD = {'u', 'n', 't', 'i', 'l'};
    /** A time with its offset has 25 characters; blanks may follow it. */
    private static final int MAX_TEXT = 64;

    private static final int OTHER_WORD = -1;

    private final byte[] text = new byte[MAX_TEXT];
    private int length;
    private boolean found;
    /** How much of the word the current one has had, or {@link #OTHER_WORD}. */
    private int matched;

    /** A comment begins. */
    void clear() {
        length = 0;
        found = false;
        matched = 0;
    }

    void take(int octet) {
        if (matched == WORD.length && !isOfWord(octet)) {
            found = true;
            length = 0;
        } else if (found) {
            keep(octet);
        }
        match(octet);
    }

    private void match(int octet) {
        if (!isOfWord(octet)) {
            matched = 0;
        } else if (matched >= 0) {
            matched = matched < WORD.length && (octet | 0x20) == WORD[matched] ? matched + 1 : OTHER_WORD;
        }
    }

    private static boolean isOfWord(int octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || octet == '-'
                || octet == '_'
                || octet >= 0x80;
    }

    /** What is longer than any time needs no more than to be seen as longer: blanks at the end do not count. */
    private void keep(int octet) {
        boolean blank = octet == ' ' || octet == '\t' || octet == '\r';
        if (length < MAX_TEXT && !(blank && length == 0)) {
            text[length++] = (byte) octet;
        } else if (length == MAX_TEXT && !blank) {
            text[MAX_TEXT - 1] = '~';
        }
    }

    /** What follows the last word "until", without blanks around it; empty where there is no such word. */
    Optional<String> text() {
        if (matched == WORD.length) {
            return Optional.of("");
        }
        return found ? Optional.of(new String(text, 0, length, StandardCharsets.UTF_8).strip()) : Optional.empty();
    }
}
