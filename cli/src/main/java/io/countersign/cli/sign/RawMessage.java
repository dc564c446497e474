package io.countersign.cli.sign;

import io.countersign.sigv4.Header;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads an HTTP/1.1 request as text in a file: request line, fields as they stand, an empty line, the body.
 *
 * <p>Lines may end in LF or CRLF. The target may hold what could not be sent (spaces, UTF-8), since the test vectors of
 * Signature Version 4 do; a line that begins with white space continues the field before it (RFC 9112 section 5.2).
 */
public final class RawMessage {
    private final byte[] bytes;
    private int at;
    private String lineEnd;

    private RawMessage(byte[] bytes) {
        this.bytes = bytes;
    }

    public static RequestDraft parse(byte[] bytes) throws InputFault {
        return new RawMessage(bytes).parse();
    }

    private RequestDraft parse() throws InputFault {
        String requestLine = nextLine();
        if (requestLine == null || requestLine.isEmpty()) {
            throw new InputFault("the message is empty; its first line must be 'METHOD TARGET HTTP/1.1'");
        }
        int first = requestLine.indexOf(' ');
        int last = requestLine.lastIndexOf(' ');
        boolean hasVersion = last > first && requestLine.startsWith("HTTP/", last + 1);
        String target = first < 0 ? "" : requestLine.substring(first + 1, hasVersion ? last : requestLine.length());
        if (first <= 0 || !target.startsWith("/")) {
            throw new InputFault("line 1 is '" + requestLine + "'; it must be 'METHOD /path HTTP/1.1'");
        }
        List<Header> headers = headers();
        byte[] body = Arrays.copyOfRange(bytes, at, bytes.length);
        String host = headers.stream()
                .filter(header -> header.name().equalsIgnoreCase("host"))
                .map(header -> header.value().strip())
                .findFirst()
                .orElseThrow(() -> new InputFault("the message has no Host field, which Signature Version 4 signs"));
        return new RequestDraft(
                requestLine.substring(0, first),
                RequestDraft.Place.of("https://" + host, target),
                headers,
                new Body.Bytes(body),
                lineEnd,
                RequestDraft.Kind.MESSAGE);
    }

    private List<Header> headers() throws InputFault {
        List<Header> headers = new ArrayList<>();
        int number = 1;
        for (String line = nextLine(); line != null && !line.isEmpty(); line = nextLine()) {
            number++;
            char start = line.charAt(0);
            if (start == ' ' || start == '\t') {
                if (headers.isEmpty()) {
                    throw new InputFault("line " + number + " continues a field, and there is none before it");
                }
                Header continued = headers.remove(headers.size() - 1);
                headers.add(new Header(continued.name(), continued.value() + " " + line.strip()));
                continue;
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new InputFault("line " + number + " has no field name; it must be 'Name: value'");
            }
            headers.add(new Header(line.substring(0, colon), line.substring(colon + 1)));
        }
        return headers;
    }

    /** Without its end; null past the last. */
    private String nextLine() throws InputFault {
        if (at >= bytes.length) {
            return null;
        }
        int end = at;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        boolean cr = end < bytes.length && end > at && bytes[end - 1] == '\r';
        if (lineEnd == null) {
            lineEnd = cr || end == bytes.length ? "\r\n" : "\n";
        }
        String line;
        try {
            line = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, (cr ? end - 1 : end) - at))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InputFault("the message's head is not UTF-8, at or after byte " + at);
        }
        at = Math.min(end + 1, bytes.length);
        return line;
    }
}
