package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the text members of one CBOR map (RFC 8949), the form in which CloudWatch and Kinesis answer SDKs that speak
 * {@code rpc-v2-cbor} or {@code x-amz-cbor-1.1}. All of it is checked for form, nothing but the outermost texts is kept.
 * Never throws for bad input; every length is checked against the bytes that are there.
 */
final class CborStrings {
    private static final int MAX_DEPTH = 16;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int SIMPLE = 7;
    /** "Additional information" of a head that has no length, and of the byte that ends such an item. */
    private static final int INDEFINITE = 31;

    private static final int BREAK = 0xff;

    private final ByteBuffer in;

    private CborStrings(byte[] body) {
        in = ByteBuffer.wrap(body);
    }

    /** Empty unless the body is one whole map; no text in UTF-8 begins with the bytes that a map begins with. */
    static Optional<Map<String, String>> of(byte[] body) {
        if (body.length == 0 || (body[0] & 0xff) >> 5 != MAP) {
            return Optional.empty();
        }
        try {
            CborStrings scan = new CborStrings(body);
            Map<String, String> texts = scan.outermost();
            return scan.in.hasRemaining() ? Optional.empty() : Optional.of(texts);
        } catch (Malformed | BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    /** A map of these texts, of which none is longer than 64 KiB. */
    static byte[] bytes(Map<String, String> texts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((MAP << 5) | INDEFINITE);
        texts.forEach((name, value) -> {
            write(out, name);
            write(out, value);
        });
        out.write(BREAK);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        out.write((TEXT << 5) | 25);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed() {
            super(null, null, false, false);
        }
    }

    private Map<String, String> outermost() throws Malformed {
        Map<String, String> texts = new HashMap<>();
        long left = length(in.get() & 0x1f);
        while (left < 0 ? !ends() : left-- > 0) {
            String name = item(1);
            String value = item(1);
            if (name != null && value != null) {
                texts.put(name, value);
            }
        }
        return texts;
    }

    /** Steps over one item; returns it if it is a text, null for any other. */
    private String item(int depth) throws Malformed {
        if (depth > MAX_DEPTH) {
            throw new Malformed();
        }
        int head = in.get() & 0xff;
        int info = head & 0x1f;
        switch (head >> 5) {
            case BYTES -> chunks(head >> 5, info);
            case TEXT -> {
                return new String(chunks(head >> 5, info), UTF_8);
            }
            case ARRAY -> items(length(info), 1, depth);
            case MAP -> items(length(info), 2, depth);
            case TAG -> {
                length(info);
                item(depth + 1);
            }
            default -> {
                // An integer, or with SIMPLE a boolean, null or float: the head and the argument after it are all.
                if (info == INDEFINITE || (head >> 5 == SIMPLE && info > 27)) {
                    throw new Malformed();
                }
                length(info);
            }
        }
        return null;
    }

    private void items(long count, int each, int depth) throws Malformed {
        long left = count;
        while (left < 0 ? !ends() : left-- > 0) {
            for (int i = 0; i < each; i++) {
                item(depth + 1);
            }
        }
    }

    /** The bytes of a string, which may come in pieces. */
    private byte[] chunks(int major, int info) throws Malformed {
        if (info != INDEFINITE) {
            return bytes(length(info));
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        while (!ends()) {
            int head = in.get() & 0xff;
            if (head >> 5 != major || (head & 0x1f) == INDEFINITE) {
                throw new Malformed();
            }
            whole.writeBytes(bytes(length(head & 0x1f)));
        }
        return whole.toByteArray();
    }

    private byte[] bytes(long length) throws Malformed {
        if (length < 0 || length > in.remaining()) {
            throw new Malformed();
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    /** The argument of a head; -1 for an indefinite length. */
    private long length(int info) throws Malformed {
        long length = switch (info) {
            case 24 -> in.get() & 0xff;
            case 25 -> in.getShort() & 0xffff;
            case 26 -> in.getInt() & 0xffffffffL;
            case 27 -> in.getLong() & Long.MAX_VALUE;
            case INDEFINITE -> -1;
            default -> info;
        };
        if (info > 27 && info < INDEFINITE) {
            throw new Malformed();
        }
        return length;
    }

    private boolean ends() {
        if (!in.hasRemaining()) {
            throw new BufferUnderflowException();
        }
        boolean end = (in.get(in.position()) & 0xff) == BREAK;
        if (end) {
            in.get();
        }
        return end;
    }
}
