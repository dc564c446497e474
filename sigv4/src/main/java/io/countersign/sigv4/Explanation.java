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

    // As a header's line, and as a parameter of the query's line.
    private static final Pattern TOKEN = Pattern.compile(
            "^(x-amz-security-token:)[^\\n]+|((?:^|&)x-amz-security-token=)[^&\\n]+",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    /** The canonical request with the value of the session token left out. */
    public String redactedCanonicalRequest() {
        return redactToken(canonicalRequest);
    }

    /** Leaves the value of a session token out of a canonical request, ours or one that AWS sent back. */
    public static String redactToken(String canonicalRequest) {
        return TOKEN.matcher(canonicalRequest).replaceAll(found -> {
            String name = found.group(1) != null ? found.group(1) : found.group(2);
            return name + "(redacted)";
        });
    }

    @Override
    public String toString() {
        return "Explanation[" + credentialScope + ", signed " + signedHeaders + ", canonical request "
                + canonicalRequestHash + "]";
    }
}
