package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;

/** Percent-encoding as the canonical request wants it: upper-case hex, of octets of UTF-8 (RFC 3986 section 2.1). */
final class PercentEncoding {
    /** Letters, digits and {@code -._~} (RFC 3986 section 2.3): the only octets that AWS keeps. */
    static final boolean[] UNRESERVED = octets("-._~");

    /** What may stand in a path on the wire (RFC 3986 section 3.3), {@code %} included, and {@code /}. */
    static final boolean[] LEGAL_IN_PATH = octets("-._~!$&'()*+,;=:@%/");

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private PercentEncoding() {}

    /** Appends the octets, each that is not among {@code kept} as {@code %XX}. */
    static void encode(byte[] from, int start, int end, boolean[] kept, OctetBuffer to) {
        byte[] target = to.reserve(3 * (end - start));
        int at = to.length();
        for (int i = start; i < end; i++) {
            byte octet = from[i];
            if (kept[octet & 0xFF]) {
                target[at++] = octet;
            } else {
                at = escape(octet, target, at);
            }
        }
        to.setLength(at);
    }

    /**
     * Appends a name or value of a query in its canonical form: what is escaped is decoded, and all is encoded anew.
     * {@code +} is a space, as form decoding has it and as AWS reads it; a {@code %} that begins no escape stands for
     * itself.
     */
    static void recodeQuery(byte[] from, int start, int end, OctetBuffer to) {
        byte[] target = to.reserve(3 * (end - start));
        int at = to.length();
        for (int i = start; i < end; i++) {
            byte octet = from[i];
            if (UNRESERVED[octet & 0xFF]) {
                target[at++] = octet;
                continue;
            }
            if (octet == '+') {
                octet = ' ';
            } else if (octet == '%' && i + 2 < end) {
                int decoded = Character.digit(from[i + 1], 16) << 4 | Character.digit(from[i + 2], 16);
                if (decoded >= 0) {
                    octet = (byte) decoded;
                    i += 2;
                }
            }
            if (UNRESERVED[octet & 0xFF]) {
                target[at++] = octet;
            } else {
                at = escape(octet, target, at);
            }
        }
        to.setLength(at);
    }

    private static int escape(byte octet, byte[] target, int at) {
        target[at] = '%';
        target[at + 1] = HEX[(octet >> 4) & 0xF];
        target[at + 2] = HEX[octet & 0xF];
        return at + 3;
    }

    private static boolean[] octets(String marks) {
        boolean[] octets = new boolean[256];
        for (char c = 0; c < 0x80; c++) {
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            octets[c] = letterOrDigit || marks.indexOf(c) >= 0;
        }
        return octets;
    }
}
