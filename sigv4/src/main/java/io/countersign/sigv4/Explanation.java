package io.countersign.sigv4;

import java.util.regex.Pattern;

/**
 * Every intermediate text of one signature, to compare with what AWS computed. {@link #toString} shows none that is secret.
 *
 * @param canonicalRequest exact, so it contains a signed session token; {@link #redactedCanonicalRequest} is for logs
 * @param canonicalRequestHash SHA-256 of the canonical request, in 64 lower-case hex digits
 * @param stringToSign algorithm, time, credential scope and the hash, a line each
 * @param credentialScope as {@code 20150830/us-east-1/execute-api/aws4_request}
 * @param signedHeaders their lower-case names, sorted and separated by semicolons
 * @param signature in lower-case hex digits: 64 of V4; of V4A 136 to 144, different each time
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html">Troubleshoot
 *     Signature Version 4 signing</a>
 */
public record Explanation(
        String canonicalRequest,
        String canonicalRequestHash,
        String stringToSign,
        String credentialScope,
        String signedHeaders,
        String signature) {

    // As a header line or a query parameter; also in a response by AWS that quotes it in JSON or XML. A list of header
    // names has neither ':' nor '=' after the name.
    private static final Pattern TOKEN = Pattern.compile(
            "(x-amz-security-token\\s*[:=]\\s*)(?:[^\\s&\\\\'\"<]++|\\\\/|\\\\u\\p{XDigit}{4})++",
            Pattern.CASE_INSENSITIVE);

    /**
     * The canonical request without the value of the session token.
     *
     * @return the text, fit for a log
     */
    public String redactedCanonicalRequest() {
        return redactToken(canonicalRequest);
    }

    /**
     * The same texts with another signature: with {@link SignatureAlgorithm#V4A} each signature of the same texts is another one.
     *
     * @param other that was made from these texts, in hex digits
     * @return a copy
     */
    public Explanation withSignature(String other) {
        return new Explanation(
                canonicalRequest, canonicalRequestHash, stringToSign, credentialScope, signedHeaders, other);
    }

    /**
     * Leaves the value of a session token out of a text.
     *
     * @param text a canonical request, or a response by AWS that quotes one
     * @return the same text with {@code (redacted)} in place of each token
     */
    public static String redactToken(String text) {
        return TOKEN.matcher(text).replaceAll("$1(redacted)");
    }

    @Override
    public String toString() {
        return "Explanation[" + credentialScope + ", signed " + signedHeaders + ", canonical request "
                + canonicalRequestHash + "]";
    }
}
