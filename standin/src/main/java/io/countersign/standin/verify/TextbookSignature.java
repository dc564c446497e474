package io.countersign.standin.verify;

import io.countersign.standin.wire.HeaderLine;
import io.countersign.standin.wire.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * SigV4, and SigV4A but for its keys, written down step by step from AWS's "Create a signed AWS API request", with no thought for speed.
 *
 * <p>It says what the texts should have been, and covers what the SDK's signer can't be made to express.
 */
final class TextbookSignature {
    private static final Pattern BLANKS = Pattern.compile("[ \t]+");

    private final PathMode pathMode;
    private final AsymmetricSignature asymmetric = new AsymmetricSignature();

    TextbookSignature(PathMode pathMode) {
        this.pathMode = pathMode;
    }

    /** What the signature should have been made from. */
    SignatureParts of(RequestHead head, Claim claim, String payloadHash, Credential credential) {
        AuthorizationHeader authorization = claim.authorization();
        String canonical = canonicalRequest(head, claim.signedQuery(), authorization.signedHeaders(), payloadHash);
        String toSign = authorization.algorithm().text() + "\n" + claim.date() + "\n"
                + String.join("/", authorization.credentialScope()) + "\n"
                + sha256(canonical.getBytes(StandardCharsets.ISO_8859_1));
        String expected = authorization.algorithm() == Algorithm.HMAC
                ? hmacSignature(authorization, toSign, credential.secretKey())
                : "";
        return new SignatureParts(canonical, toSign, expected, authorization.signature());
    }

    /** Whether the signature is one of these texts. */
    boolean agrees(Algorithm algorithm, SignatureParts parts, Credential credential) {
        return switch (algorithm) {
            case HMAC -> parts.expected().equals(parts.provided());
            case ECDSA -> asymmetric.verifies(parts.provided(), parts.stringToSign(), credential);
        };
    }

    private static String hmacSignature(AuthorizationHeader authorization, String toSign, String secretKey) {
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String step : authorization.credentialScope()) {
            key = hmac(key, step);
        }
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private String canonicalRequest(RequestHead head, String query, List<String> signedHeaders, String payloadHash) {
        List<String> names = signedHeaders.stream().sorted().toList();
        StringBuilder text = new StringBuilder(512);
        text.append(head.method()).append('\n');
        text.append(canonicalPath(head.path())).append('\n');
        text.append(CanonicalQuery.of(query)).append('\n');
        for (String name : names) {
            List<String> values = new ArrayList<>();
            for (HeaderLine line : head.headers()) {
                if (line.is(name)) {
                    values.add(BLANKS.matcher(line.value()).replaceAll(" "));
                }
            }
            text.append(name).append(':').append(String.join(",", values)).append('\n');
        }
        return text.append('\n')
                .append(String.join(";", names))
                .append('\n')
                .append(payloadHash)
                .toString();
    }

    private String canonicalPath(String path) {
        return pathMode == PathMode.S3 ? path : CanonicalQuery.encode(normalized(path), true);
    }

    /**
     * RFC 3986 section 5.2.4, and repeated slashes taken for one.
     *
     * <p>Other than there, a last dot segment leaves no slash: the AWS SDKs for Java and Python both have it so.
     */
    static String normalized(String path) {
        Deque<String> kept = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                kept.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                kept.addLast(segment);
            }
        }
        return kept.isEmpty() ? "/" : "/" + String.join("/", kept) + (path.endsWith("/") ? "/" : "");
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
