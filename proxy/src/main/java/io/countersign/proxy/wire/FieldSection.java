package io.countersign.proxy.wire;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/**
 * Field lines (RFC 9112 section 5): a token, a colon at once behind it, a value. Folding is refused (section 5.2).
 *
 * <p>Read from an array, into which a head is copied once: a buffer would check each access, and copy each text twice.
 */
final class FieldSection {
    /** Fields that a message has as a rule; more make the array grow. */
    private static final int USUAL = 8;

    private FieldSection() {}

    /** Reads the lines in {@code [from, to)}, each with its CRLF; bytes over 0x7f become Latin-1 characters. */
    static HttpHeaders read(byte[] head, int from, int to) throws DecodeFault {
        HttpHeaders fields = new MessageFields(USUAL);
        int line = from;
        while (line < to) {
            int end = lineEnd(head, line);
            readLine(head, line, end, fields);
            line = end + 2;
        }
        return fields;
    }

    /** Where the line that begins at {@code from} ends: {@link LineScanner} has seen to it that every line has its CRLF. */
    private static int lineEnd(byte[] head, int from) {
        int end = from;
        while (head[end] != '\r') {
            end++;
        }
        return end;
    }

    /** Refuses a line that is no field; of one that is dropped, nothing more is made. */
    static void judgeLine(byte[] line) throws DecodeFault {
        colon(line, 0, line.length);
    }

    private static int colon(byte[] head, int from, int end) throws DecodeFault {
        int colon = from;
        while (colon < end && ByteClass.isToken(head[colon] & 0xff)) {
            colon++;
        }
        if (colon == from || colon == end || head[colon] != ':') {
            throw DecodeFault.malformed("a field line does not begin with a name and a colon");
        }
        return colon;
    }

    /** Reads one line without its CRLF. */
    private static void readLine(byte[] head, int from, int end, HttpHeaders fields) throws DecodeFault {
        int colon = colon(head, from, end);
        int valueFrom = colon + 1;
        int valueTo = end;
        while (valueFrom < valueTo && isBlank(head[valueFrom])) {
            valueFrom++;
        }
        while (valueTo > valueFrom && isBlank(head[valueTo - 1])) {
            valueTo--;
        }
        fields.add(FieldNames.of(head, from, colon), text(head, valueFrom, valueTo));
    }

    private static String text(byte[] head, int from, int to) {
        return new String(head, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
