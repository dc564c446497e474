package io.countersign.cli.sign;

import io.countersign.sigv4.Header;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Writes a signed request as a script for Python 3, which sends these very bytes with what Python brings along; clients of a higher level
 * normalise the path and add fields of their own. Python refuses a target with spaces or characters outside ASCII, which only a raw message
 * can have.
 */
final class PythonScript {
    /** What the script works out from the body, or what describes one connection. */
    private static final Set<String> NOT_TAKEN = Set.of("content-length", "connection", "transfer-encoding", "host");

    private PythonScript() {}

    static String of(RequestDraft request) {
        URI origin = URI.create(request.place().origin());
        boolean hasBody = !(request.body() instanceof Body.Bytes bytes) || bytes.bytes().length > 0;
        StringBuilder script = new StringBuilder("""
                #!/usr/bin/env python3
                # Sends one signed request, as it was signed. AWS takes a signature for five minutes.
                import http.client, sys

                """);
        if (hasBody) {
            script.append("body = ").append(body(request.body())).append('\n');
        }
        script.append("connection = http.client.")
                .append(origin.getScheme().equals("https") ? "HTTPSConnection(" : "HTTPConnection(")
                .append(text(origin.getAuthority()))
                .append(", timeout=30)\n");
        script.append("connection.putrequest(")
                .append(text(request.method()))
                .append(", ")
                .append(text(request.place().target()))
                .append(", skip_host=True, skip_accept_encoding=True)\n");
        putHeader(script, "Host", text(request.header("host").orElse(origin.getAuthority())));
        for (Header header : request.headers()) {
            if (!NOT_TAKEN.contains(header.name().toLowerCase(Locale.ROOT))) {
                putHeader(script, header.name(), text(header.value().strip()));
            }
        }
        if (hasBody) {
            putHeader(script, "Content-Length", "str(len(body))");
        }
        script.append(hasBody ? "connection.endheaders(body)\n" : "connection.endheaders()\n");
        return script.append("""
                response = connection.getresponse()
                print(response.status, response.reason, file=sys.stderr)
                sys.stdout.buffer.write(response.read())
                sys.exit(0 if response.status < 400 else 1)
                """).toString();
    }

    private static void putHeader(StringBuilder script, String name, String value) {
        script.append("connection.putheader(")
                .append(text(name))
                .append(", ")
                .append(value)
                .append(")\n");
    }

    private static String body(Body body) {
        return body instanceof Body.Bytes bytes
                ? "b" + literal(bytes.bytes())
                : "open(b" + text(((Body.File) body).path().toString()) + ", \"rb\").read()";
    }

    /** A literal with one character for each byte of the text as UTF-8, which is how Python takes what goes into a header. */
    private static String text(String text) {
        return literal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String literal(byte[] bytes) {
        StringBuilder literal = new StringBuilder("\"");
        for (byte octet : bytes) {
            append(literal, octet & 0xFF);
        }
        return literal.append('"').toString();
    }

    private static void append(StringBuilder literal, int octet) {
        if (octet == '"' || octet == '\\') {
            literal.append('\\').append((char) octet);
        } else if (octet >= ' ' && octet < 0x7F) {
            literal.append((char) octet);
        } else {
            literal.append(String.format("\\x%02x", octet));
        }
    }
}
