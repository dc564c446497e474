package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countersign.sigv4.AwsKeys;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes the session token and the secret key out of what is relayed or logged: by their own characters, however a JSON or
 * XML writer or a query has escaped them, and by the field names that a token stands behind.
 */
public final class Redactor {
    /** AWS's are longer; a stand-in's may be a word, and taking that out of every body would mar those. */
    private static final int SHORTEST = 8;

    private static final String MASK = "[redacted]";
    /** The value goes up to the line's end, or what is one in a JSON string or in XML. */
    private static final Pattern TOKEN_FIELD =
            Pattern.compile("(?i)(x-amz-security-token\\s*(?::|=|%3D|&#58;|\\\\u003d)\\s*)[^\\s\"'&\\\\<,]+");

    private final List<SpelledSecret> secrets;

    public Redactor(AwsKeys keys) {
        secrets = Stream.of(keys.secretAccessKey(), keys.sessionToken())
                .filter(secret -> secret != null && secret.length() >= SHORTEST)
                .map(SpelledSecret::new)
                .toList();
    }

    /** Text without secrets. */
    public String text(String text) {
        String masked = text;
        for (SpelledSecret secret : secrets) {
            masked = secret.masked(masked, MASK);
        }
        return fields(masked);
    }

    /** The same array when there was nothing to take out; otherwise a new one of another length. */
    public byte[] body(byte[] body) {
        // Latin-1 keeps every octet, whatever the body's charset.
        String before = new String(body, ISO_8859_1);
        String after = text(before);
        return after.equals(before) ? body : after.getBytes(ISO_8859_1);
    }

    /** By field names alone, where the keys are not at hand. */
    static String fields(String text) {
        return TOKEN_FIELD.matcher(text).replaceAll("$1" + MASK);
    }
}
