package io.countersign.proxy.net;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The common names in a distinguished name (X.501), read from its DER: its text form escapes in several ways, and whoever takes
 * such a text apart can be made to see a name that is part of another one's value.
 */
public final class CommonNames {
    /** {@code id-at-commonName}, 2.5.4.3. */
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int BMP_STRING = 0x1e;
    private static final int UNIVERSAL_STRING = 0x1c;
    private static final int UTF8_STRING = 0x0c;

    private final byte[] der;
    private final List<String> names = new ArrayList<>();

    private CommonNames(byte[] der) {
        this.der = der;
    }

    /** In their order; none where there is none, or the name cannot be read. */
    public static List<String> of(byte[] name) {
        CommonNames found = new CommonNames(name);
        try {
            // SEQUENCE of SET of SEQUENCE of type and value.
            found.within(0, name.length, 0);
            return found.names;
        } catch (IndexOutOfBoundsException cutShort) {
            return List.of();
        }
    }

    private void within(int from, int to, int depth) {
        for (int at = from; at < to; ) {
            int length = length(at);
            int content = at + head(at);
            if (depth == 3) {
                attribute(at, from, to);
                return;
            }
            within(content, content + length, depth + 1);
            at = content + length;
        }
    }

    /** Of the type at {@code at}, followed by its value. */
    private void attribute(int at, int from, int to) {
        int type = at + head(at);
        int value = type + length(at);
        if (at != from || der[at] != OBJECT_IDENTIFIER || value >= to) {
            return;
        }
        if (Arrays.equals(der, type, value, COMMON_NAME, 0, COMMON_NAME.length)) {
            int text = value + head(value);
            names.add(new String(der, text, length(value), charset(der[value])));
        }
    }

    private static Charset charset(byte tag) {
        return switch (tag) {
            case UTF8_STRING -> StandardCharsets.UTF_8;
            case BMP_STRING -> StandardCharsets.UTF_16BE;
            case UNIVERSAL_STRING -> Charset.forName("UTF-32BE");
            default -> StandardCharsets.ISO_8859_1;
        };
    }

    private int head(int at) {
        int first = der[at + 1] & 0xff;
        return first < 0x80 ? 2 : 2 + (first & 0x7f);
    }

    private int length(int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int bytes = first & 0x7f;
        if (bytes > 3) {
            throw new IndexOutOfBoundsException("longer than any name");
        }
        int length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | (der[at + 2 + i] & 0xff);
        }
        return length;
    }
}
