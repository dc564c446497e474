package io.countersign.proxy.access;

import io.countersign.proxy.secrets.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads a list line by line, keeping of each only what stands before a comment, no more of that than an entry can have, and of
 * the comment its expiry and its beginning: a line may be as long as its writer likes.
 */
final class ListLines {
    /** An IPv6 address in full with its embedded IPv4 address and prefix length has 49 characters; included files have paths. */
    private static final int MAX_ENTRY = 512;

    private final InputStream in;
    private final byte[] block = new byte[16 * 1024];
    private final byte[] line = new byte[MAX_ENTRY];
    private int at;
    private int end;
    private int length;
    private int blanks;
    private boolean tooLong;
    private int number;
    private long blocks;
    private long start;
    private final UntilWord until = new UntilWord();
    private final byte[] comment = new byte[LineComment.MAX_BYTES];
    private int commentLength;

    ListLines(InputStream in) {
        this.in = in;
    }

    /** Goes on to the next line; false when there is none. */
    boolean next() throws IOException {
        length = 0;
        blanks = 0;
        tooLong = false;
        boolean any = false;
        boolean inComment = false;
        until.clear();
        commentLength = 0;
        start = blocks + at - end;
        for (int octet = read(); octet >= 0; octet = read()) {
            if (!any) {
                any = true;
                number++;
            }
            if (octet == '\n') {
                return true;
            }
            if (inComment) {
                until.take(octet);
                keepComment(octet);
            } else if (octet == '#') {
                inComment = true;
            } else {
                take(octet);
            }
        }
        return any;
    }

    private void keepComment(int octet) {
        boolean blank = octet == ' ' || octet == '\t' || octet == '\r';
        if (commentLength < comment.length && !(blank && commentLength == 0)) {
            comment[commentLength++] = (byte) octet;
        }
    }

    /** Whether the line is an entry, or should be one, with a comment. */
    boolean isCommentedEntry() {
        return length > 0 && commentLength > 0;
    }

    /** What the line's comment says, as it is shown; empty where there is none. */
    String comment() {
        return LineComment.tidy(new String(comment, 0, commentLength, StandardCharsets.UTF_8));
    }

    /** Blanks count only once something follows them, so that they may end a line in any number. */
    private void take(int octet) {
        if (octet == ' ' || octet == '\t' || octet == '\r') {
            blanks += length > 0 ? 1 : 0;
            return;
        }
        if (number == 1 && length == 3 && blanks == 0 && isByteOrderMark()) {
            length = 0;
        }
        if (length + blanks >= MAX_ENTRY) {
            tooLong = true;
            return;
        }
        for (; blanks > 0; blanks--) {
            // Which of them it was shows in no message: text within a line that has a blank is never an entry.
            line[length++] = ' ';
        }
        line[length++] = (byte) octet;
    }

    private boolean isByteOrderMark() {
        return line[0] == (byte) 0xef && line[1] == (byte) 0xbb && line[2] == (byte) 0xbf;
    }

    private int read() throws IOException {
        if (at == end) {
            at = 0;
            end = in.read(block);
            if (end <= 0) {
                end = 0;
                return -1;
            }
            blocks += end;
        }
        return block[at++] & 0xff;
    }

    /** Where in the stream the line read last begins. */
    long start() {
        return start;
    }

    /** What the comment says after its last word "until"; empty where it has no such word. */
    Optional<String> until() {
        return until.text();
    }

    /** Of the line read last, from 1. */
    int number() {
        return number;
    }

    /** Whether the line has more than any entry before its comment. */
    boolean isTooLong() {
        return tooLong;
    }

    /** What stands before a comment, without blanks around it. */
    String text() {
        int from = number == 1 && length >= 3 && isByteOrderMark() ? 3 : 0;
        return new String(line, from, length - from, StandardCharsets.UTF_8).strip();
    }

    String quoted() {
        return Quoted.of(text());
    }

    /** The IPv4 address that the line is, or -1 when it is anything else than four plain numbers from 0 to 255. */
    long plainV4() {
        long address = 0;
        int numbers = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i <= length; i++) {
            int octet = i == length ? '.' : line[i];
            if (octet >= '0' && octet <= '9') {
                if (digits == 3 || (digits > 0 && value == 0)) {
                    return -1;
                }
                value = value * 10 + octet - '0';
                digits++;
            } else if (octet == '.' && digits > 0 && value <= 255 && numbers < 4) {
                address = address << 8 | value;
                numbers++;
                digits = 0;
                value = 0;
            } else {
                return -1;
            }
        }
        return numbers == 4 && !tooLong ? address : -1;
    }
}
