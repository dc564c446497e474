package io.countersign.sigv4;

import java.util.regex.Pattern;

/**
 * Every intermediate text of one signature, to lay beside what AWS computed.
 *
 * <p>{@link #canonicalRequest} is exact and so holds a signed session token; {@link #redactedCanonicalRequest} is for
 * logs. {@link #toString} shows neither.
 */
public record Explanation(
        String canonicalRequest,
        String canonicalRequestHash,
        String stringToSign,
        String credentialScope,
        String signedHeaders,
        String signature) {

    // As a header's line or a parameter of the query; also in an answer of AWS that quotes it, as JSON or XML writes
    // it.
    // A list of header names has neither ':' nor '=' behind the name.
    private static final Pattern TOKEN = Pattern.compile(
            "(x-amz-security-token\\s*[:=]\\s*)(?:[^\\s&\\\\'\"<]++|\\\\/|\\\\u\\p{XDigit}{4})++",
            Pattern.CASE_INSENSITIVE);

    /** The canonical request with the value of the session token left out. */
    public String redactedCanonicalRequest() {
        return redactToken(canonicalRequest);
    }

    /** Leaves the value of a session token out of a text: a canonical request, or an answer of AWS that quotes one. */
    public static String redactToken(String text) {
        return TOKEN.matcher(text).replaceAll("$1(redacted)");
    }

    @Override
    public String toString() {
        return "Explanation[" + credentialScope + ", signed " + signedHeaders + ", canonical request "
                + canonicalRequestHash + "]";
    }
}
