package io.countersign.standin.verify;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** A raw query read as servers read it, and put into the order and encoding of SigV4. */
final class CanonicalQuery {
    private CanonicalQuery() {}

    /** A decoded parameter, bytes as ISO-8859-1 characters. */
    record Parameter(String name, String value) {}

    /** The parameters in the order of the wire; a plus is a space here, as it is to every server that reads forms. */
    static List<Parameter> parse(String query) {
        List<Parameter> parameters = new ArrayList<>();
        for (String piece : query.split("&", -1)) {
            if (!piece.isEmpty()) {
                int equals = piece.indexOf('=');
                String name = equals < 0 ? piece : piece.substring(0, equals);
                String value = equals < 0 ? "" : piece.substring(equals + 1);
                parameters.add(new Parameter(decode(name), decode(value)));
            }
        }
        return parameters;
    }

    /** Sorted by encoded name, then by encoded value (AWS, "Create a canonical request", step 3). */
    static String of(String query) {
        record Encoded(String name, String value) {}
        StringBuilder canonical = new StringBuilder();
        parse(query).stream()
                .map(p -> new Encoded(encode(p.name(), false), encode(p.value(), false)))
                .sorted(Comparator.comparing(Encoded::name).thenComparing(Encoded::value))
                .forEach(p -> canonical
                        .append(canonical.isEmpty() ? "" : "&")
                        .append(p.name())
                        .append('=')
                        .append(p.value()));
        return canonical.toString();
    }

    /** The raw query without the parameters of a name. */
    static String without(String name, String query) {
        List<String> kept = new ArrayList<>();
        for (String piece : query.split("&", -1)) {
            int equals = piece.indexOf('=');
            if (!decode(equals < 0 ? piece : piece.substring(0, equals)).equals(name)) {
                kept.add(piece);
            }
        }
        return String.join("&", kept);
    }

    static String encode(String bytes, boolean keepSlash) {
        StringBuilder encoded = new StringBuilder(bytes.length() + 16);
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            boolean unreserved = (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || "-._~".indexOf(c) >= 0;
            if (unreserved || (keepSlash && c == '/')) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            }
        }
        return encoded.toString();
    }

    /** The wire's escapes are well-formed: the request's reader saw to that. */
    private static String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(c == '+' ? ' ' : c);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
