package io.countersign.proxy.fuzz;

import io.countersign.proxy.fuzz.Expected.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Says of a client's bytes which requests they are, and what must become of each. */
final class Oracle {
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

    private static final Pattern SIGNATURE =
            Pattern.compile("(?i)(x-amz-date|x-amz-security-token|authorization|x-amz-content-sha256):[^\r]*\r\n");
    private static final Pattern REPEATED = Pattern.compile("(a: ?\\r\\n)\\1{3,}");
    private static final int MAX_SHOWN = 800;

    private final byte[] bytes;
    private final StrictParser parser;
    private final List<Expected> requests = new ArrayList<>();

    private Oracle(byte[] bytes, int mostBody) {
        this.bytes = bytes;
        this.parser = new StrictParser(new ByteArrayInputStream(bytes), mostBody);
    }

    /** In order; the last one may be one that ends the connection, or one that is not whole. */
    static List<Expected> judge(byte[] bytes, int mostBody) {
        Oracle oracle = new Oracle(bytes, mostBody);
        try {
            while (oracle.next()) {
                // Each is added to the list.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(oracle.requests);
    }

    /** Returns whether another request may follow. */
    private boolean next() throws IOException {
        int from = (int) parser.consumed();
        ParsedHead head;
        StrictParser.Framing framing;
        try {
            head = parser.head(true);
            if (head == null) {
                return false;
            }
            String malformed = Rules.malformed(head);
            if (malformed != null) {
                return end(Kind.BROKEN, null, malformed, from);
            }
            framing = StrictParser.framing(head, false);
        } catch (Malformed e) {
            return end(Kind.BROKEN, null, e.getMessage(), from);
        } catch (Unfinished e) {
            return end(Kind.UNFINISHED, null, "the head", from);
        }
        String refused = Rules.refused(head);
        boolean certain = refused != null && !refused.endsWith("?");
        byte[] body;
        try {
            body = parser.body(head, framing);
        } catch (Malformed e) {
            return end(certain ? Kind.REFUSED : Kind.BROKEN_BODY, head, e.getMessage(), from);
        } catch (StrictParser.TooLarge e) {
            return end(certain ? Kind.REFUSED : tooLarge(framing), head, "the body's size", from);
        } catch (Unfinished e) {
            return end(certain ? Kind.REFUSED : Kind.UNFINISHED, head, "the body", from);
        }
        if (parser.wasDoubtful() && !certain) {
            refused = "a chunk extension?";
        }
        if (!certain && !announcesItsBody(head, framing, body)) {
            return end(Kind.BROKEN_BODY, head, "the announced hash", from);
        }
        Kind kind = refused == null ? Kind.FORWARDED : certain ? Kind.REFUSED : Kind.EITHER;
        requests.add(new Expected(kind, head, body, refused, from, (int) parser.consumed()));
        return head.keepsAlive();
    }

    /** A length that is announced is refused by the head alone. */
    private static Kind tooLarge(StrictParser.Framing framing) {
        return framing == StrictParser.Framing.LENGTH ? Kind.BROKEN : Kind.BROKEN_BODY;
    }

    private boolean end(Kind kind, ParsedHead head, String why, int from) {
        requests.add(new Expected(kind, head, null, why, from, bytes.length));
        return false;
    }

    /** A client that announces a hash of its body is taken at its word. */
    private static boolean announcesItsBody(ParsedHead head, StrictParser.Framing framing, byte[] body) {
        List<String> hashes = head.values("x-amz-content-sha256");
        if (framing != StrictParser.Framing.LENGTH || body.length == 0 || hashes.size() != 1) {
            return true;
        }
        return !HASH.matcher(hashes.get(0)).matches()
                || hashes.get(0).toLowerCase(Locale.ROOT).equals(sha256(body));
    }

    static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** On one line, without the fields of the signature. */
    static String printable(String text) {
        byte[] bytes = StrictParser.bytes(
                REPEATED.matcher(SIGNATURE.matcher(text).replaceAll("")).replaceAll("$1...\r\n"));
        return printable(bytes, 0, Math.min(bytes.length, MAX_SHOWN));
    }

    static String printable(byte[] bytes, int from, int to) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < to; i++) {
            char c = (char) (bytes[i] & 0xff);
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\\' -> out.append("\\\\");
                default -> out.append(c >= 0x20 && c < 0x7f ? String.valueOf(c) : String.format("\\x%02x", (int) c));
            }
        }
        return new String(out.toString().getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    }
}
