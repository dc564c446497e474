package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;

/** Percent-encoding as the canonical request wants it: upper-case hex, of bytes of UTF-8 (RFC 3986 section 2.1). */
final class PercentEncoding {
    /** Letters, digits and {@code -._~} (RFC 3986 section 2.3): the only bytes that AWS keeps. */
    static final boolean[] UNRESERVED = bytes("-._~");

    /** What may stand in a path on the wire (RFC 3986 section 3.3), {@code %} included, and {@code /}. */
    static final boolean[] LEGAL_IN_PATH = bytes("-._~!$&'()*+,;=:@%/");

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private PercentEncoding() {}

    /** Appends the bytes, each that is not among {@code kept} as {@code %XX}. */
    static void encode(byte[] from, int start, int end, boolean[] kept, ByteText to) {
        byte[] target = to.reserve(3 * (end - start));
        int at = to.length();
        for (int i = start; i < end; i++) {
            byte b = from[i];
            if (kept[b & 0xFF]) {
                target[at++] = b;
            } else {
                at = escape(b, target, at);
            }
        }
        to.setLength(at);
    }

    /**
     * Appends a name or value of a query in its canonical form: what is escaped is decoded, and all is encoded anew.
     * {@code +} is a space, as form decoding has it and as AWS reads it; a {@code %} that begins no escape stands for
     * itself.
     */
    static void recodeQuery(byte[] from, int start, int end, ByteText to) {
        byte[] target = to.reserve(3 * (end - start));
        int at = to.length();
        for (int i = start; i < end; i++) {
            byte b = from[i];
            if (UNRESERVED[b & 0xFF]) {
                target[at++] = b;
                continue;
            }
            if (b == '+') {
                b = ' ';
            } else if (b == '%' && i + 2 < end) {
                int decoded = Character.digit(from[i + 1], 16) << 4 | Character.digit(from[i + 2], 16);
                if (decoded >= 0) {
                    b = (byte) decoded;
                    i += 2;
                }
            }
            if (UNRESERVED[b & 0xFF]) {
                target[at++] = b;
            } else {
                at = escape(b, target, at);
            }
        }
        to.setLength(at);
    }

    private static int escape(byte b, byte[] target, int at) {
        target[at] = '%';
        target[at + 1] = HEX[(b >> 4) & 0xF];
        target[at + 2] = HEX[b & 0xF];
        return at + 3;
    }

    private static boolean[] bytes(String marks) {
        boolean[] bytes = new boolean[256];
        for (char c = 0; c < 0x80; c++) {
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            bytes[c] = letterOrDigit || marks.indexOf(c) >= 0;
        }
        return bytes;
    }
}
