package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the canonical headers and the list of their names, the middle of the canonical request.
 *
 * <p>Names in lower case and sorted; values trimmed, each run of white space in them one space; the values of a
 * repeated name joined by commas in their order. A value outside ASCII is signed as its UTF-8.
 */
final class CanonicalHeaders {
    /** For each character of a field name its lower case, and 0 for what cannot stand in one (RFC 9110, 5.6.2). */
    private static final byte[] LOWER_CASE = lowerCase();

    private final Fields fields = new Fields(false);
    private boolean hasHost;

    static boolean isToken(char c) {
        return c < LOWER_CASE.length && LOWER_CASE[c] != 0;
    }

    /**
     * Begins a request with the fields that were given, but for those that the signer itself answers for:
     * {@code authorization} and {@code x-amz-date} always, token, content hash and region set when it adds them.
     */
    void read(List<Header> given, SigningContext context, boolean ownToken) {
        fields.clear();
        hasHost = false;
        for (int i = 0; i < given.size(); i++) {
            Header header = given.get(i);
            String name = header.name();
            boolean own = switch (name.length()) {
                case 4 -> {
                    hasHost |= name.equalsIgnoreCase("host");
                    yield false;
                }
                case 10 -> name.equalsIgnoreCase("x-amz-date");
                case 13 -> name.equalsIgnoreCase("authorization");
                case 16 -> context.regionSet() != null && name.equalsIgnoreCase("x-amz-region-set");
                case 20 ->
                    (ownToken && name.equalsIgnoreCase("x-amz-security-token"))
                            || (context.contentSha256Header() && name.equalsIgnoreCase("x-amz-content-sha256"));
                default -> false;
            };
            if (!own) {
                add(name, header.value());
            }
        }
    }

    private void add(String name, String value) {
        ByteText text = fields.begin();
        appendName(name, text);
        fields.separate(':');
        appendFolded(value.getBytes(StandardCharsets.UTF_8), text);
        fields.end();
    }

    /** Adds a field of the signer's own, whose name is lower case and whose value needs no folding. */
    void addOwn(String name, byte[] value) {
        ByteText text = fields.begin();
        text.appendAscii(name);
        fields.separate(':');
        text.append(value);
        fields.end();
    }

    /** As {@link #addOwn(String, byte[])}, of an ASCII text. */
    void addOwn(String name, String value) {
        ByteText text = fields.begin();
        text.appendAscii(name);
        fields.separate(':');
        text.appendAscii(value);
        fields.end();
    }

    /** To be called after the last field was added, before anything is written. */
    void sort() {
        if (!hasHost) {
            throw new IllegalArgumentException("no host among the headers to sign; Signature Version 4 demands it");
        }
        fields.sort();
    }

    void write(ByteText to) {
        int count = fields.count();
        for (int i = 0; i < count; i++) {
            if (fields.repeatsName(i)) {
                to.setLength(to.length() - 1);
                to.append(',');
                fields.writeValue(i, to);
            } else {
                fields.writePair(i, to);
            }
            to.append('\n');
        }
    }

    /** The names, separated by semicolons. */
    void writeNames(ByteText to) {
        int count = fields.count();
        for (int i = 0; i < count; i++) {
            if (!fields.repeatsName(i)) {
                if (i > 0) {
                    to.append(';');
                }
                fields.writeName(i, to);
            }
        }
    }

    private static void appendName(String name, ByteText to) {
        int length = name.length();
        byte[] target = to.reserve(length);
        int at = to.length();
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (!isToken(c)) {
                throw new IllegalArgumentException(
                        String.format("header name holds U+%04X at position %d, which no field name can", (int) c, i));
            }
            target[at++] = LOWER_CASE[c];
        }
        to.setLength(at);
    }

    private static void appendFolded(byte[] value, ByteText to) {
        byte[] target = to.reserve(value.length);
        int origin = to.length();
        int at = origin;
        boolean gap = false;
        for (byte b : value) {
            // SP, HTAB, LF, VT, FF, CR: what the signers of AWS fold, and no line break gets into the canonical
            // request.
            if (b == ' ' || (b >= '\t' && b <= '\r')) {
                gap = at > origin;
                continue;
            }
            if (gap) {
                target[at++] = ' ';
                gap = false;
            }
            target[at++] = b;
        }
        to.setLength(at);
    }

    private static byte[] lowerCase() {
        byte[] table = new byte[0x80];
        for (char c = 0; c < table.length; c++) {
            if (c >= 'A' && c <= 'Z') {
                table[c] = (byte) (c + ('a' - 'A'));
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                table[c] = (byte) c;
            }
        }
        return table;
    }
}
