package io.countersign.proxy.secrets;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Text that somebody else wrote, as it may go to a terminal: a character that a terminal would act on, or that changes how the text
 * around it reads (direction, width, line), is shown by its number.
 */
public final class Printable {
    /** Controls, formats (among them those of direction), separators of lines, halves of a pair, private and unassigned ones. */
    static final Pattern ACTS = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private Printable() {}

    /** The same, with such characters written as <code>&#92;u202e</code>; a line end is one of them. */
    public static String of(String text) {
        return ACTS.matcher(text).replaceAll(Printable::number);
    }

    private static String number(MatchResult found) {
        int character = found.group().codePointAt(0);
        // In what replaces a match, one backslash is written as two.
        return character > 0xffff ? String.format("\\\\u{%x}", character) : String.format("\\\\u%04x", character);
    }
}
