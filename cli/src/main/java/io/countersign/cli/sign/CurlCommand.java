package io.countersign.cli.sign;

import io.countersign.sigv4.Header;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Writes a signed request as a line for the shell, by which curl sends these very bytes. */
final class CurlCommand {
    /** What curl writes itself, from the URL and the body. */
    private static final Set<String> CURLS_OWN = Set.of("content-length", "connection", "transfer-encoding");

    private CurlCommand() {}

    static String of(RequestDraft request) {
        StringBuilder line = new StringBuilder("curl --path-as-is --globoff");
        boolean hasBody = !(request.body() instanceof Body.Bytes bytes) || bytes.bytes().length > 0;
        if (request.method().equals("HEAD")) {
            line.append(" --head");
        } else if (!request.method().equals(hasBody ? "POST" : "GET")) {
            line.append(" -X ").append(quote(request.method()));
        }
        for (Header header : request.headers()) {
            if (!CURLS_OWN.contains(header.name().toLowerCase(Locale.ROOT))) {
                String value = header.value().strip();
                line.append(" -H ").append(quote(header.name() + (value.isEmpty() ? ";" : ": " + value)));
            }
        }
        String before = "";
        if (hasBody) {
            if (request.header("content-type").isEmpty()) {
                line.append(" -H 'Content-Type:'"); // else curl calls it a form
            }
            before = appendBody(request.body(), line);
        }
        return before + line + " "
                + quote(request.place().origin() + request.place().target());
    }

    /** Returns what must stand before the command, for bytes that no argument can hold. */
    private static String appendBody(Body body, StringBuilder line) {
        if (body instanceof Body.File file) {
            line.append(" --data-binary ").append(quote("@" + file.path()));
            return "";
        }
        byte[] bytes = ((Body.Bytes) body).bytes();
        boolean text = true;
        for (byte octet : bytes) {
            text &= octet >= ' ' && octet < 0x7F;
        }
        if (text) {
            line.append(" --data-raw ").append(quote(new String(bytes, StandardCharsets.US_ASCII)));
            return "";
        }
        line.append(" --data-binary @-");
        StringBuilder printf = new StringBuilder("printf '");
        for (byte octet : bytes) {
            printf.append(String.format("\\%03o", octet & 0xFF));
        }
        return printf.append("' | ").toString();
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
