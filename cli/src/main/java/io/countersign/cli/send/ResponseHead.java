package io.countersign.cli.send;

import io.countersign.proxy.secrets.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Status line and fields of a response.
 *
 * @param lines as they came, without their ends; the first is the status line
 */
public record ResponseHead(int status, List<String> lines) {
    private static final int LONGEST = 256 * 1024;

    public ResponseHead {
        lines = List.copyOf(lines);
    }

    /** Reads up to the empty line, and not a byte further. */
    static ResponseHead read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < 4 || text.indexOf("\r\n\r\n", text.length() - 4) < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException(
                        text.isEmpty() ? "the connection was closed without an answer" : "the answer's head is cut");
            }
            text.append((char) octet);
            if (text.length() > LONGEST) {
                throw new IOException("the answer's head is over " + LONGEST + " bytes");
            }
        }
        List<String> lines = text.substring(0, text.length() - 4).lines().toList();
        String first = lines.isEmpty() ? "" : lines.get(0);
        String[] parts = first.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-9][0-9]{2}")) {
            throw new IOException(Quoted.of(first) + " is no HTTP/1.1 status line");
        }
        return new ResponseHead(Integer.parseInt(parts[1]), lines);
    }

    /** The first field of that name, in any case. */
    public Optional<String> field(String name) {
        return lines.stream()
                .skip(1)
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** The head as it came, the empty line included. */
    public byte[] bytes() {
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
