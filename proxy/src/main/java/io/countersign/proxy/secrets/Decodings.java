package io.countersign.proxy.secrets;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** The ways in which a text may hide another: escapes, hex bytes, base64, gzip within base64. */
final class Decodings {
    /** Runs that stand for less hold no piece of a secret. */
    private static final int MIN_BYTES = 8;

    private static final int MAX_UNZIPPED = 256 * 1024;

    private Decodings() {}

    /** Whether it is mostly made of visible ASCII and white space. */
    static boolean isText(String text) {
        int others = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            others += (c >= ' ' && c < 0x7F) || c == '\n' || c == '\r' || c == '\t' ? 0 : 1;
        }
        return others * 8 <= text.length();
    }

    /** Percent escapes, those of JSON and of XML taken back once; empty when there are none. */
    static Optional<View> unescaped(View view) {
        String text = view.text();
        if (text.indexOf('%') < 0 && text.indexOf('\\') < 0 && text.indexOf('&') < 0) {
            return Optional.empty();
        }
        View.Builder out = new View.Builder(view, text.length());
        for (int at = 0; at < text.length(); ) {
            long unit = unit(text, at);
            int length = (int) (unit >>> 32);
            out.add((char) unit, at, at + length);
            at += length;
        }
        return out.length() == text.length() ? Optional.empty() : Optional.of(out.build());
    }

    /** The character that is written at {@code at}, and, 32 bits further up, the length of its spelling. */
    private static long unit(String text, int at) {
        char c = text.charAt(at);
        int value = -1;
        int length = 1;
        if (c == '%') {
            value = number(text, at + 1, 2, 16);
            length = 3;
        } else if (c == '\\' && at + 1 < text.length()) {
            char kind = text.charAt(at + 1);
            int digits = kind == 'u' ? 4 : kind == 'x' ? 2 : 0;
            value = digits > 0 ? number(text, at + 2, digits, 16) : control(kind);
            length = 2 + digits;
        } else if (c == '&') {
            int end = text.indexOf(';', at);
            if (end > at + 1 && end - at <= 9) {
                value = entity(text.substring(at + 1, end));
                length = end + 1 - at;
            }
        }
        return value < 0 || value > 0xFFFF ? 1L << 32 | c : (long) length << 32 | value;
    }

    private static char control(char kind) {
        return switch (kind) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> kind;
        };
    }

    private static int entity(String name) {
        if (name.startsWith("#x") || name.startsWith("#X")) {
            return number(name, 2, name.length() - 2, 16);
        }
        if (name.startsWith("#")) {
            return number(name, 1, name.length() - 1, 10);
        }
        return switch (name) {
            case "amp" -> '&';
            case "lt" -> '<';
            case "gt" -> '>';
            case "quot" -> '"';
            case "apos" -> '\'';
            default -> -1;
        };
    }

    private static int number(String text, int at, int digits, int radix) {
        if (digits == 0 || at + digits > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    /** Without white space, as a line that was wrapped on its way read before; empty when there is none. */
    static Optional<View> joined(View view) {
        String text = view.text();
        View.Builder out = new View.Builder(view, text.length());
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) > ' ') {
                out.add(text.charAt(at), at, at + 1);
            }
        }
        return out.length() == text.length() ? Optional.empty() : Optional.of(out.build());
    }

    /** Each run of hex bytes, with or without something between them, as in {@code 78 2d} and {@code 78:2d}. */
    static void hex(View view, Consumer<View> found) {
        String text = view.text();
        int at = 0;
        while (at + 2 <= text.length()) {
            int end = hexRun(view, at, found);
            // Where a run may have begun half a byte too early it is read once more, shifted by a digit.
            if (end - at >= 2 * MIN_BYTES) {
                hexRun(view, at + 1, found);
            }
            at = Math.max(end, at + 1);
        }
    }

    /** Returns where the run ends, which is {@code from} when there is none. */
    private static int hexRun(View view, int from, Consumer<View> found) {
        String text = view.text();
        int bytes = 0;
        int end = from;
        for (int at = from; number(text, at, 2, 16) >= 0; at = separated(text, end)) {
            bytes++;
            end = at + 2;
        }
        if (bytes >= MIN_BYTES) {
            View.Builder out = new View.Builder(view, bytes);
            for (int at = from; out.length() < bytes; at = separated(text, at + 2)) {
                out.add((char) number(text, at, 2, 16), at, at + 2);
            }
            found.accept(out.build());
        }
        return end;
    }

    private static int separated(String text, int at) {
        int next = at;
        while (next < text.length() && next < at + 2 && " \t\r\n:,-".indexOf(text.charAt(next)) >= 0) {
            next++;
        }
        return text.startsWith("0x", next) || text.startsWith("\\x", next) ? next + 2 : next;
    }

    /** Each run of base64, in either alphabet, from each of the four places at which a group of it may begin. */
    static void base64(View view, Consumer<View> found) {
        String text = view.text();
        for (int at = 0; at < text.length(); ) {
            int end = at;
            while (end < text.length() && sextet(text.charAt(end)) >= 0) {
                end++;
            }
            if (end - at >= MIN_BYTES * 4 / 3) {
                for (int shift = 0; shift < 4; shift++) {
                    decode(view, at + shift, end, found);
                }
            }
            at = end + 1;
        }
    }

    private static void decode(View view, int from, int end, Consumer<View> found) {
        int bytes = (end - from) * 3 / 4;
        if (bytes < MIN_BYTES) {
            return;
        }
        View.Builder out = new View.Builder(view, bytes);
        String text = view.text();
        for (int i = 0; i < bytes; i++) {
            int at = from + i * 4 / 3;
            int two = sextet(text.charAt(at)) << 6 | sextet(text.charAt(at + 1));
            out.add((char) ((two >> (4 - i % 3 * 2)) & 0xFF), at, at + 2);
        }
        View decoded = out.build();
        found.accept(decoded);
        unzipped(decoded).ifPresent(found);
    }

    private static int sextet(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
    }

    /** Each character of it stands for all of the zipped text. */
    private static Optional<View> unzipped(View view) {
        String text = view.text();
        if (!text.startsWith("\u001f\u008b")) {
            return Optional.empty();
        }
        byte[] read = new byte[MAX_UNZIPPED];
        int length = 0;
        try (GZIPInputStream plain =
                new GZIPInputStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))) {
            for (int more; length < read.length && (more = plain.read(read, length, read.length - length)) > 0; ) {
                length += more;
            }
        } catch (IOException cutOrBroken) {
            // What came before that counts.
        }
        if (length == 0) {
            return Optional.empty();
        }
        View.Builder out = new View.Builder(view, length);
        for (int i = 0; i < length; i++) {
            out.add((char) (read[i] & 0xFF), 0, text.length());
        }
        return Optional.of(out.build());
    }
}
