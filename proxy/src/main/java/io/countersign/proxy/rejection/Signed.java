package io.countersign.proxy.rejection;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What we signed, for comparing it with what AWS says. The canonical request holds the session token and query values, so
 * it never prints.
 *
 * @param host the {@code Host} that was sent
 * @param at the time in the signature
 * @param keysExpiry of the keys it was signed with; empty for long-lived ones
 */
public record Signed(
        String host, Instant at, String canonicalRequest, String stringToSign, Optional<Instant> keysExpiry) {
    private static final Pattern REGION_SET_FIELD = Pattern.compile("(?m)^x-amz-region-set:(.*)$");
    private static final Pattern REGION_SET_PARAMETER = Pattern.compile("(?m)(?:^|&)X-Amz-Region-Set=([^&\\n]*)");

    /** The service of the credential scope; empty when it has none. */
    String service() {
        String[] scope = scope();
        return scope.length < 3 ? "" : scope[scope.length - 2];
    }

    /** The region of the credential scope; of Signature Version 4A, whose scope has none, the region set. Empty when it has none. */
    String regions() {
        if (!isAsymmetric()) {
            String[] scope = scope();
            return scope.length == 4 ? scope[1] : "";
        }
        Matcher field = REGION_SET_FIELD.matcher(canonicalRequest);
        if (field.find()) {
            return field.group(1);
        }
        Matcher parameter = REGION_SET_PARAMETER.matcher(canonicalRequest);
        return parameter.find() ? URLDecoder.decode(parameter.group(1), StandardCharsets.UTF_8) : "";
    }

    /** Whether it is Signature Version 4A. */
    boolean isAsymmetric() {
        return stringToSign.startsWith("AWS4-ECDSA-");
    }

    /** Date, region, which Signature Version 4A leaves out, service and {@code aws4_request}. */
    private String[] scope() {
        String[] lines = stringToSign.split("\n", -1);
        return lines.length < 3 ? new String[0] : lines[2].strip().split("/", -1);
    }

    @Override
    public String toString() {
        return "Signed[" + host + ", " + at + ", redacted]";
    }
}
