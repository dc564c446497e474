package io.countersign.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bodies in {@code aws-chunked} form, made and read by the book: what a test sends as a client, and holds against what arrives. Texts
 * have one Latin-1 character for each byte.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">Signature Calculations for the
 *     Authorization Header: Including Trailing Headers</a>
 */
public final class AwsFrames {
    private static final String CRLF = "\r\n";
    private static final String EXTENSION = ";chunk-signature=";
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature:";

    private AwsFrames() {}

    /** What the signatures of one body are made with. */
    public record Signing(String secret, String amzDate, String scope, String seed) {}

    /** A body in frames without signatures. */
    public static String unsigned(List<String> chunks, Map<String, String> trailers) {
        StringBuilder out = new StringBuilder();
        for (String chunk : chunks) {
            out.append(Integer.toHexString(chunk.length()))
                    .append(CRLF)
                    .append(chunk)
                    .append(CRLF);
        }
        return out.append("0\r\n").append(lines(trailers)).append(CRLF).toString();
    }

    /** A body in frames whose signatures are some client's, of whom nobody knows the secret. */
    public static String signed(List<String> chunks, Map<String, String> trailers) {
        StringBuilder out = new StringBuilder();
        for (String chunk : chunks) {
            out.append(Integer.toHexString(chunk.length()))
                    .append(EXTENSION)
                    .append(sha256("client" + out.length()))
                    .append(CRLF)
                    .append(chunk)
                    .append(CRLF);
        }
        out.append("0").append(EXTENSION).append(sha256("client's last")).append(CRLF);
        out.append(lines(trailers));
        if (!trailers.isEmpty()) {
            out.append(TRAILER_SIGNATURE).append(sha256("client's trailer")).append(CRLF);
        }
        return out.append(CRLF).toString();
    }

    private static String lines(Map<String, String> trailers) {
        StringBuilder out = new StringBuilder();
        trailers.forEach(
                (name, value) -> out.append(name).append(':').append(value).append(CRLF));
        return out.toString();
    }

    /** The object in a body of frames without signatures; fails unless it is whole. */
    public static String decodeUnsigned(String body) {
        StringBuilder object = new StringBuilder();
        int at = 0;
        while (true) {
            int end = indexOf(body, CRLF, at);
            int size = Integer.parseInt(body.substring(at, end), 16);
            at = end + CRLF.length();
            if (size == 0) {
                requireEnd(body, at);
                return object.toString();
            }
            object.append(body, at, at + size);
            at = require(body, at + size, CRLF);
        }
    }

    private static void requireEnd(String body, int trailers) {
        if (!body.endsWith(CRLF + CRLF) && !body.startsWith(CRLF, trailers)) {
            throw new AssertionError("the frames have no end");
        }
    }

    /** The object in a body of frames; fails unless it is whole and each of its signatures is the one that the key makes. */
    public static String decodeSigned(String body, Signing signing) {
        StringBuilder object = new StringBuilder();
        String previous = signing.seed();
        int at = 0;
        while (true) {
            int end = indexOf(body, CRLF, at);
            String[] head = body.substring(at, end).split(EXTENSION, -1);
            int size = Integer.parseInt(head[0], 16);
            at = end + CRLF.length();
            String data = body.substring(at, at + size);
            previous = requireSame(
                    sign(signing, "AWS4-HMAC-SHA256-PAYLOAD", previous, sha256("") + "\n" + sha256(data)), head[1]);
            object.append(data);
            if (size == 0) {
                requireTrailers(body.substring(at), signing, previous);
                return object.toString();
            }
            at = require(body, at + size, CRLF);
        }
    }

    private static void requireTrailers(String rest, Signing signing, String previous) {
        Map<String, String> trailers = new TreeMap<>();
        int at = 0;
        for (int end = indexOf(rest, CRLF, at); end > at; end = indexOf(rest, CRLF, at)) {
            String line = rest.substring(at, end);
            at = end + CRLF.length();
            if (line.startsWith(TRAILER_SIGNATURE)) {
                StringBuilder canonical = new StringBuilder();
                trailers.forEach((name, value) ->
                        canonical.append(name).append(':').append(value).append('\n'));
                requireSame(
                        sign(signing, "AWS4-HMAC-SHA256-TRAILER", previous, sha256(canonical.toString())),
                        line.substring(TRAILER_SIGNATURE.length()));
                trailers.clear();
            } else {
                String[] field = line.strip().split(":", 2);
                trailers.put(field[0], field[1]);
            }
        }
        if (!trailers.isEmpty() || at + CRLF.length() != rest.length()) {
            throw new AssertionError("trailers without a signature, or something after them: " + rest);
        }
    }

    private static String sign(Signing signing, String algorithm, String previous, String hashes) {
        return sign(
                signing.secret(),
                signing.scope(),
                String.join("\n", algorithm, signing.amzDate(), signing.scope(), previous, hashes));
    }

    /** The signature, in hex, of a string to sign. */
    public static String sign(String secret, String scope, String stringToSign) {
        byte[] key = ("AWS4" + secret).getBytes(ISO_8859_1);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, stringToSign));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** In hex. */
    public static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(ISO_8859_1)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String requireSame(String expected, String found) {
        if (!expected.equals(found)) {
            throw new AssertionError("signature " + found + ", expected " + expected);
        }
        return expected;
    }

    private static int require(String text, int at, String what) {
        if (!text.startsWith(what, at)) {
            throw new AssertionError("no line end at " + at);
        }
        return at + what.length();
    }

    private static int indexOf(String text, String what, int from) {
        int at = text.indexOf(what, from);
        if (at < 0) {
            throw new AssertionError("no line end after " + from);
        }
        return at;
    }
}
