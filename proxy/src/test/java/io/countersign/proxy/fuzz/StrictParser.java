package io.countersign.proxy.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * HTTP/1.1 messages by the letter of RFC 9112, byte by byte and without any repair.
 *
 * <p>It serves as the oracle over what a client sent, as the upstream's own parser, and for the responses that come back.
 */
final class StrictParser {
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    /** RFC 9112 section 7.1.1, with the whitespace that it calls bad. */
    private static final Pattern EXTENSIONS = Pattern.compile("([ \\t]*;[ \\t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+"
            + "([ \\t]*=[ \\t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+|\"([^\"\\\\]|\\\\.)*\"))?)*");

    private final InputStream in;
    private final int mostBody;
    private final byte[] block = new byte[8192];
    private int at;
    private int filled;
    private long consumed;
    private boolean doubtful;

    /** @param mostBody bytes of a body past which {@link TooLarge} is thrown */
    StrictParser(InputStream in, int mostBody) {
        this.in = in;
        this.mostBody = mostBody;
    }

    /** A body over the limit. */
    static final class TooLarge extends Exception {
        TooLarge() {
            super("a body over the limit", null, false, false);
        }
    }

    /** How the body of a message ends. */
    enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    /** Bytes taken so far. */
    long consumed() {
        return consumed;
    }

    /** Whether the last body had chunk extensions that only a lenient reading lets pass. */
    boolean wasDoubtful() {
        return doubtful;
    }

    /** The next head; null when the input ends before it. */
    ParsedHead head(boolean emptyLinesBefore) throws IOException, Malformed, Unfinished {
        StringBuilder text = new StringBuilder(256);
        int first = peek();
        while (emptyLinesBefore && first == '\r') {
            line(text);
            if (text.length() != 2) {
                throw new Malformed("a CR before the start line");
            }
            text.setLength(0);
            first = peek();
        }
        if (first < 0) {
            return null;
        }
        if (!isToken(first)) {
            throw new Malformed("a message begins with a token");
        }
        String startLine = line(text);
        List<Field> fields = new ArrayList<>(12);
        boolean folded = false;
        Malformed fault = null;
        while (true) {
            String line = line(text);
            if (line.isEmpty()) {
                break;
            }
            // A fault within a line shows once the head is whole: only then is it sure to be judged.
            try {
                if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                    fold(fields, line);
                    folded = true;
                } else {
                    fields.add(field(line));
                }
            } catch (Malformed e) {
                fault = fault == null ? e : fault;
            }
        }
        if (fault != null) {
            throw fault;
        }
        return new ParsedHead(startLine, fields, text.toString(), folded);
    }

    private static void fold(List<Field> fields, String line) throws Malformed {
        if (fields.isEmpty()) {
            throw new Malformed("whitespace before the first field");
        }
        Field last = fields.remove(fields.size() - 1);
        if (last.is("transfer-encoding") || last.is("content-length") || last.is("host")) {
            throw new Malformed("a folded " + last.name());
        }
        fields.add(new Field(last.name(), trim(last.value() + " " + trim(line))));
    }

    private static Field field(String line) throws Malformed {
        int colon = line.indexOf(':');
        if (colon <= 0 || !isToken(line.substring(0, colon))) {
            throw new Malformed("a field line without a name and a colon");
        }
        return new Field(line.substring(0, colon), trim(line.substring(colon + 1)));
    }

    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && (text.charAt(from) == ' ' || text.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (text.charAt(to - 1) == ' ' || text.charAt(to - 1) == '\t')) {
            to--;
        }
        return text.substring(from, to);
    }

    /** What the fields say of the body; whoever knows more (HEAD, 304) decides for itself. */
    static Framing framing(ParsedHead head, boolean response) throws Malformed {
        List<String> coding = head.values("transfer-encoding");
        List<String> length = head.values("content-length");
        if (!coding.isEmpty()) {
            if (!length.isEmpty() || coding.size() > 1 || !coding.get(0).equalsIgnoreCase("chunked")) {
                throw new Malformed("framing said twice, or in a way that is not taken");
            }
            if (head.isHttp10()) {
                throw new Malformed("Transfer-Encoding in HTTP/1.0");
            }
            return Framing.CHUNKED;
        }
        if (length.isEmpty()) {
            return response ? Framing.UNTIL_CLOSE : Framing.NONE;
        }
        if (length.size() > 1 || !LENGTH.matcher(length.get(0)).matches()) {
            throw new Malformed("Content-Length is not one number");
        }
        return Framing.LENGTH;
    }

    byte[] body(ParsedHead head, Framing framing) throws IOException, Malformed, Unfinished, TooLarge {
        doubtful = false;
        return switch (framing) {
            case NONE -> new byte[0];
            case LENGTH -> {
                long length = Long.parseLong(head.values("content-length").get(0));
                if (length > mostBody) {
                    throw new TooLarge();
                }
                byte[] body = new byte[(int) length];
                take(body, 0, body.length);
                yield body;
            }
            case CHUNKED -> chunks();
            case UNTIL_CLOSE -> {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                for (int next = read(); next >= 0; next = read()) {
                    body.write(next);
                }
                yield body.toByteArray();
            }
        };
    }

    private byte[] chunks() throws IOException, Malformed, Unfinished, TooLarge {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        StringBuilder text = new StringBuilder(64);
        while (true) {
            text.setLength(0);
            long size = chunkSize(line(text));
            if (size == 0) {
                break;
            }
            if (size > mostBody - body.size()) {
                throw new TooLarge();
            }
            byte[] data = new byte[(int) size];
            take(data, 0, data.length);
            body.writeBytes(data);
            int cr = read();
            int lf = cr == '\r' ? read() : cr;
            if (cr < 0 || lf < 0) {
                throw new Unfinished();
            }
            if (cr != '\r' || lf != '\n') {
                throw new Malformed("a chunk's data does not end in CRLF");
            }
        }
        text.setLength(0);
        for (String line = line(text); !line.isEmpty(); line = line(text)) {
            field(line);
        }
        return body.toByteArray();
    }

    private long chunkSize(String line) throws Malformed, TooLarge {
        int digits = 0;
        while (digits < line.length() && Character.digit(line.charAt(digits), 16) >= 0 && line.charAt(digits) < 0x80) {
            digits++;
        }
        String rest = line.substring(digits);
        if (digits == 0 || digits > 16 || line.length() > 4096) {
            throw new Malformed("a chunk's size");
        }
        if (!EXTENSIONS.matcher(rest).matches()) {
            if (rest.charAt(0) != ';' || quotes(rest) % 2 != 0) {
                throw new Malformed("what follows a chunk's size");
            }
            doubtful = true;
        } else if (!rest.isEmpty() && rest.charAt(0) != ';') {
            throw new Malformed("whitespace after a chunk's size");
        }
        String significant = line.substring(0, digits).replaceFirst("^0+(?=.)", "");
        if (significant.length() > 8) {
            throw new TooLarge();
        }
        return Long.parseLong(significant, 16);
    }

    private static int quotes(String text) {
        int quotes = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && quotes % 2 == 1) {
                i++;
            } else if (text.charAt(i) == '"') {
                quotes++;
            }
        }
        return quotes;
    }

    /** One line without its CRLF, which is the only line end; the text takes it with. */
    private String line(StringBuilder text) throws IOException, Malformed, Unfinished {
        int from = text.length();
        while (true) {
            int next = read();
            if (next < 0) {
                throw new Unfinished();
            }
            if (next == '\r') {
                int lf = read();
                if (lf < 0) {
                    throw new Unfinished();
                }
                if (lf != '\n') {
                    throw new Malformed("a bare CR");
                }
                String line = text.substring(from);
                text.append("\r\n");
                return line;
            }
            if ((next < 0x20 && next != '\t') || next == 0x7f) {
                throw new Malformed("a control character");
            }
            text.append((char) next);
        }
    }

    private int peek() throws IOException {
        if (at == filled && !fill()) {
            return -1;
        }
        return block[at] & 0xff;
    }

    private int read() throws IOException {
        if (at == filled && !fill()) {
            return -1;
        }
        consumed++;
        return block[at++] & 0xff;
    }

    private void take(byte[] to, int from, int length) throws IOException, Unfinished {
        int done = from;
        while (done < from + length) {
            if (at == filled && !fill()) {
                throw new Unfinished();
            }
            int n = Math.min(from + length - done, filled - at);
            System.arraycopy(block, at, to, done, n);
            at += n;
            consumed += n;
            done += n;
        }
    }

    private boolean fill() throws IOException {
        int n = in.read(block, 0, block.length);
        at = 0;
        filled = Math.max(n, 0);
        return n > 0;
    }

    /** Whether nothing that has been read is left over. */
    boolean isDrained() {
        return at == filled;
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(StrictParser::isToken);
    }

    static boolean isToken(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c > 0x20 && c < 0x7f && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
