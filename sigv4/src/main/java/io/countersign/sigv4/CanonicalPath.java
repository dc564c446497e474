package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;

/**
 * Writes the canonical URI, the second line of the canonical request.
 *
 * <p>A path that is encoded only once is taken as it is, since it had to be encoded to be sent; only octets that cannot
 * stand in a request target at all (a space, UTF-8) are escaped, for callers that sign what was never sent.
 */
final class CanonicalPath {
    private CanonicalPath() {}

    static void write(String path, PathStyle style, OctetBuffer to) {
        byte[] octets = path.getBytes(StandardCharsets.UTF_8);
        boolean[] kept = style.doubleEncode() ? PercentEncoding.UNRESERVED : PercentEncoding.LEGAL_IN_PATH;
        if (style.normalize()) {
            writeNormalized(octets, kept, to);
            return;
        }
        int start = 0;
        while (start < octets.length) {
            int end = segmentEnd(octets, start + 1);
            to.append('/');
            PercentEncoding.encode(octets, start + 1, end, kept, to);
            start = end;
        }
    }

    /**
     * A path that ends in a dot segment loses its last slash ({@code /a/.} is {@code /a}), which RFC 3986 would keep;
     * the signers of AWS agree on it.
     */
    private static void writeNormalized(byte[] octets, boolean[] kept, OctetBuffer to) {
        int origin = to.length();
        int start = 0;
        while (start < octets.length) {
            int end = segmentEnd(octets, start + 1);
            int length = end - start - 1;
            if (length == 2 && octets[start + 1] == '.' && octets[start + 2] == '.') {
                dropSegment(to, origin);
            } else if (length > 1 || (length == 1 && octets[start + 1] != '.')) {
                to.append('/');
                PercentEncoding.encode(octets, start + 1, end, kept, to);
            }
            start = end;
        }
        if (to.length() == origin || octets[octets.length - 1] == '/') {
            to.append('/');
        }
    }

    private static int segmentEnd(byte[] octets, int start) {
        int end = start;
        while (end < octets.length && octets[end] != '/') {
            end++;
        }
        return end;
    }

    private static void dropSegment(OctetBuffer to, int origin) {
        int length = to.length();
        while (length > origin && to.octets()[--length] != '/') {
            // back to the slash before the last segment, which goes as well
        }
        to.setLength(length);
    }
}
